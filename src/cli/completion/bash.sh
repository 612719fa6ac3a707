# Completion of @PROGRAM@ for bash. @PROGRAM@ itself is asked what fits.
@FUNCTION@() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == $'\t' ]]; then
            # bash completes the name of a file.
            compopt -o default -o filenames 2>/dev/null
        else
            COMPREPLY+=("$line")
        fi
    done < <(FINVAULT_COMPLETE=bash command @PROGRAM@ -- \
        "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" "$COMP_TYPE" 2>/dev/null)
}
complete -o nosort -F @FUNCTION@ @PROGRAM@ 2>/dev/null || complete -F @FUNCTION@ @PROGRAM@
