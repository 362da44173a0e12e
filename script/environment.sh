# Sourced by script/server and script/test (bash): changes to the project's folder, makes .venv.

cd "$(dirname "${BASH_SOURCE[0]}")/.."
venv=.venv/bin/python

fail() {
    echo "${0##*/}: $1" >&2
    exit 1
}

is_recent() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

make_venv() {
    local python
    for python in python3 python3.13 python3.12 python3.11; do
        is_recent "$python" && break
    done
    is_recent "$python" || fail "needs Python 3.11 or later; there is none on the PATH"
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "this Python cannot make environments: apt-get install python3-venv"
    echo "Installing into .venv …"
    # --clear after an interrupted installation, or if the Python of .venv no longer exists.
    if [ -e .venv/incomplete ] || { [ -e .venv ] && ! is_recent "$venv"; }; then
        "$python" -m venv --clear .venv
    else
        "$python" -m venv .venv
    fi
}

# install FILE …: install requirement files into .venv. A copy of each file, written at the end,
# records that it is installed.
install() {
    local file missing=()
    for file in "$@"; do
        cmp -s "$file" ".venv/installed-$file" || missing+=(-r "$file")
    done
    if [ ${#missing[@]} -gt 0 ] || ! is_recent "$venv"; then
        make_venv
        touch .venv/incomplete
        if ! "$venv" -m pip install --quiet --disable-pip-version-check "${missing[@]}" 2>.venv/pip.log; then
            grep '^ERROR' .venv/pip.log | tail -1 >&2
            fail "pip could not install $*; .venv/pip.log has all that it said"
        fi
        for file in "$@"; do
            cp "$file" ".venv/installed-$file"
        done
        rm .venv/incomplete
    fi
}
