#compdef @PROGRAM@
# Completion of @PROGRAM@ for zsh. @PROGRAM@ itself is asked what fits.
@FUNCTION@() {
    local line files
    local -i index width
    local -a values about typed assigned
    # What is assigned in front of the command, which the words leave out.
    typed=("${(@z)LBUFFER}")
    (( index = $#typed - CURRENT + 1 ))
    [[ $LBUFFER == *[[:space:]] ]] && (( index += 1 ))
    if (( index > 1 )) && [[ ${typed[index]} == ${words[1]} ]]; then
        while (( --index > 0 )) && [[ ${typed[index]} =~ '^[A-Za-z_][A-Za-z0-9_]*=' ]]; do
            assigned=("${(Q)typed[index]}" "${assigned[@]}")
        done
    fi
    while IFS= read -r line; do
        if [[ $line == $'\t' ]]; then
            files=1
            continue
        fi
        values+=("${line%%$'\t'*}")
        about+=("${line#*$'\t'}")
        (( width = ${(m)#values[-1]} > width ? ${(m)#values[-1]} : width ))
    done < <(FINVAULT_COMPLETE=zsh command @PROGRAM@ -- \
        "${assigned[@]}" "${(@Q)words[1,CURRENT-1]}" "${(Q)IPREFIX}${(Q)PREFIX}" 2>/dev/null)
    for (( index = 1; index <= $#values; index++ )); do
        [[ -z ${about[index]} ]] || about[index]=" -- ${about[index]}"
        about[index]="${(mr:width:)values[index]}${about[index]}"
    done
    # In any case, and by any part.
    (( $#values )) && compadd -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]} l:|=* r:|=*' -l -V values -d about -a values
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
