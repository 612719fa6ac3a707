#compdef @PROGRAM@
# Completion of @PROGRAM@ for zsh. @PROGRAM@ itself is asked what fits.
@FUNCTION@() {
    local line shown files
    local -a values described
    while IFS= read -r line; do
        if [[ $line == $'\t' ]]; then
            files=1
            continue
        fi
        values+=("${line%%$'\t'*}")
        shown=${${values[-1]//\\/\\\\}//:/\\:}
        [[ -z ${line#*$'\t'} ]] || shown+=":${line#*$'\t'}"
        described+=("$shown")
    done < <(FINVAULT_COMPLETE=zsh command @PROGRAM@ -- \
        "${(@Q)words[1,CURRENT-1]}" "${(Q)IPREFIX}${(Q)PREFIX}" 2>/dev/null)
    (( $#values )) && _describe -V 'value' described values
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
