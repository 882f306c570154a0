"""A process that reads one photo and ends: a defect of a decoder, or a bomb, takes down nothing but it.

Standard input: the photo. Standard output: a line of JSON, with the pictures in base64, or with why it is refused.
"""

import json
import os
import resource
import sys
from base64 import b64encode

from server.photos.pictures import PhotoRefused, pictures_of

MOST_MEMORY = 1 << 30  # bytes of address space: 50 megapixels with transparency take a half
MOST_CPU = 10  # seconds


def main() -> None:
    os.nice(5)  # requests come first
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":  # macOS knows this limit and does not keep it
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        pictures = pictures_of(sys.stdin.buffer.read())
        said = {"pictures": {size: b64encode(picture).decode() for size, picture in pictures.items()}}
    except PhotoRefused as refused:
        said = {"refused": refused.why}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()
