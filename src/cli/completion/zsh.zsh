#compdef @PROGRAM@
# Completion of @PROGRAM@ for zsh. @PROGRAM@ itself is asked what fits.
@FUNCTION@() {
    local line files
    local -i index width
    local -a values about
    while IFS= read -r line; do
        if [[ $line == $'\t' ]]; then
            files=1
            continue
        fi
        values+=("${line%%$'\t'*}")
        about+=("${line#*$'\t'}")
        (( width = ${(m)#values[-1]} > width ? ${(m)#values[-1]} : width ))
    done < <(FINVAULT_COMPLETE=zsh command @PROGRAM@ -- \
        "${(@Q)words[1,CURRENT-1]}" "${(Q)IPREFIX}${(Q)PREFIX}" 2>/dev/null)
    for (( index = 1; index <= $#values; index++ )); do
        [[ -z ${about[index]} ]] || about[index]=" -- ${about[index]}"
        about[index]="${(mr:width:)values[index]}${about[index]}"
    done
    (( $#values )) && compadd -l -V values -d about -a values
    if [[ -n $files ]]; then
        # zsh completes the name of a file, also behind --option=.
        compset -P '--[^=]##='
        _files
    fi
}
if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
    @FUNCTION@ "$@"
else
    compdef @FUNCTION@ @PROGRAM@
fi
