"""``python -m sozialraum`` is the command ``sozialraum``."""

from sozialraum.cli import main

if __name__ == "__main__":
    main()
