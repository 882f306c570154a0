"""`python -m server` is `hallway`."""

from server.command_line import main

if __name__ == "__main__":
    main()
