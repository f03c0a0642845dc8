"""All verbs together, and what ends a run of one."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import typer

from sozialraum.cli.app import app
from sozialraum.cli.printing.commands import UsageError, in_german
from sozialraum.cli.terminal import (
    prepare_streams,
    print_error,
    print_json,
    print_line,
    print_usage_error,
)
from sozialraum.model.errors import SozialraumError
from sozialraum.texts import text

# a file each, in the order of the help
VERBS = (
    "sehen",
    "assistent",
    "fetch",
    "new",
    "check",
    "build",
    "batch",
    "cells",
    "show",
    "compare",
    "verify",
    "plan",
    "watch",
    "methods",
    "profile",
    "map",
    "participation",
    "handbuch",
    "warm",
    "ledger",
)
_INTERRUPTED = 130  # as shells and typer say it
for _verb in VERBS:
    import_module(f"sozialraum.cli.{_verb}")


def run() -> None:
    """Run the command line; a problem ends with exit code 1 and never with a traceback.

    Where JSON was asked for, what stopped the verb is JSON on stdout, too.
    """
    prepare_streams()
    try:
        code = app(standalone_mode=False) or 0
    except UsageError as error:
        print_usage_error(error, in_german)
        raise SystemExit(2) from None
    except SozialraumError as error:
        print_error(error)
        if "--json" in sys.argv[1:]:
            print_json({"errors": True, "problems": [p.to_dict() for p in error.problems]})
        raise SystemExit(1) from None
    except OSError as error:
        file = Path(str(error.filename or "")).name
        print_line(text("cli.system", file=file, reason=error.strerror or "?"))
        raise SystemExit(1) from None
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    if code == _INTERRUPTED:
        print_line(text("cli.interrupted"))
    raise SystemExit(code)
