# Completion of @PROGRAM@ for fish. @PROGRAM@ itself is asked what fits.
function _@FUNCTION@_complete
    for line in (FINVAULT_COMPLETE=fish command @PROGRAM@ -- (commandline -cp | string collect) 2>/dev/null)
        if test "$line" = \t
            # fish completes the name of a file, also behind --option=.
            set -l token (commandline -ct)
            set -l option (string match -r -- '^--[^=]*=' "$token")
            for path in (__fish_complete_path (string replace -- "$option" '' "$token"))
                printf '%s\n' "$option$path"
            end
        else
            printf '%s\n' "$line"
        end
    end
end
complete -c @PROGRAM@ -f -k -a '(_@FUNCTION@_complete)'
