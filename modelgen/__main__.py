"""`python -m modelgen` is the command `modelgen`."""

from modelgen.cli.main import main

if __name__ == "__main__":
    main()
