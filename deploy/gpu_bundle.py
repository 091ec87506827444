"""All packages of the model server as files, for a GPU machine with no network: `make gpu-bundle`.

    python -m deploy.gpu_bundle make FOLDER [--dry-run] [--piece-mib 1900]
    python -m deploy.gpu_bundle unpack FOLDER INTO

`make` asks pip what requirements-gpu.txt comes to, fetches those wheels and packs them into pieces
that fit a stick or a burner; manifest.json holds each piece's and wheel's size and SHA-256, the
Python and the machine they are for. `unpack` checks all of that before a wheel is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from deploy.bundle_pieces import Damaged, PieceReader, PieceWriter, sha256_of

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements-gpu.txt"
MANIFEST = "manifest.json"
#: A wheel's name has no folder in it, so nothing can be unpacked elsewhere.
_WHEEL = re.compile(r"[A-Za-z0-9][\w.+!-]*\.whl")
_PIECE_MIB = 1_900


class NotMade(Exception):
    """The bundle could not be made or cannot be used here; the message says why."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A package that pip chose. url: where its wheel lies; sha256: of it."""

    name: str
    version: str
    url: str
    sha256: str

    @property
    def line(self) -> str:
        """As a requirement of exactly this: `===` keeps a build with a local version away."""
        return f"{self.name}==={self.version}"


@dataclass(frozen=True, slots=True)
class File:
    """A wheel or a piece: its name, bytes and SHA-256."""

    name: str
    size: int
    sha256: str


def resolve(constraint: str = "") -> list[Pinned]:
    """What pip would install here for requirements-gpu.txt, with all that it brings in.

    constraint: a line for pip beside the requirements. Raises NotMade.
    """
    with tempfile.TemporaryDirectory() as folder:
        report, limits = Path(folder) / "report.json", Path(folder) / "constraint.txt"
        limits.write_text(constraint + "\n", "utf-8")
        _pip(
            *("install", "--dry-run", "--ignore-installed", "--only-binary=:all:", "--quiet"),
            *("--report", str(report), "-c", str(limits), "-r", str(REQUIREMENTS)),
        )
        found = pinned(json.loads(report.read_text("utf-8")))
    torch = next((p for p in found if p.name == "torch"), None)
    if torch and "+cpu" in torch.version and not constraint:
        # Some machines know a folder of CPU wheels, which pip prefers to the build for GPUs.
        return resolve(f"torch==={torch.version.partition('+')[0]}")
    return found


def pinned(report: dict[str, Any]) -> list[Pinned]:
    """The packages of pip's report, by name."""
    made = [
        Pinned(
            re.sub(r"[-_.]+", "-", item["metadata"]["name"]).casefold(),
            item["metadata"]["version"],
            item["download_info"]["url"],
            item["download_info"].get("archive_info", {}).get("hashes", {}).get("sha256", ""),
        )
        for item in report["install"]
    ]
    return sorted(made, key=lambda p: p.name)


def make(folder: Path, *, piece_mib: int) -> list[File]:
    """Fetch and pack into the folder. Returns the pieces. Raises NotMade."""
    if folder.exists() and any(folder.iterdir()):
        raise NotMade(f"{folder} is not empty. Name a new folder.")
    pins = resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="wheels-") as wheels:
        listed = Path(wheels) / "pins.txt"
        listed.write_text("".join(f"{p.line}\n" for p in pins), "utf-8")
        _say(f"Fetching {len(pins)} wheels ...")
        _pip("download", "--no-deps", "--only-binary=:all:", "-d", wheels, "-r", str(listed))
        found = sorted(Path(wheels).glob("*.whl"))
        if len(found) != len(pins):
            raise NotMade(f"pip fetched {len(found)} wheels of {len(pins)}.")
        files = [File(w.name, w.stat().st_size, sha256_of(w)) for w in found]
        _check_sums(pins, files)
        _say(f"Packing {sum(f.size for f in files) / 2**30:.1f} GiB ...")
        pieces = pack(found, folder, piece_mib * 2**20)
    _write_manifest(folder, pins, files, pieces)
    return pieces


def _check_sums(pins: Sequence[Pinned], files: Sequence[File]) -> None:
    """What was fetched is what was chosen."""
    wrong = {p.sha256 for p in pins if p.sha256} - {f.sha256 for f in files}
    if wrong:
        names = [p.name for p in pins if p.sha256 in wrong]
        raise NotMade(f"Fetched files are not those that pip chose: {', '.join(names)}.")


def pack(wheels: Sequence[Path], folder: Path, limit: int) -> list[File]:
    """One tar over the wheels, cut into pieces of at most `limit` bytes."""
    with (
        PieceWriter(folder, limit) as writer,
        tarfile.open(fileobj=cast("IO[bytes]", writer), mode="w|") as tar,
    ):
        for wheel in wheels:
            tar.add(wheel, arcname=wheel.name)
    return [File(p.name, p.stat().st_size, sha256_of(p)) for p in writer.paths]


def _write_manifest(
    folder: Path, pins: Sequence[Pinned], files: Sequence[File], pieces: Sequence[File]
) -> None:
    value = {
        "made_for": this_machine(),
        "requirements_sha256": sha256_of(REQUIREMENTS),
        "pins": [f"{p.name}=={p.version}" for p in pins],
        "pieces": [asdict(p) for p in pieces],
        "wheels": [asdict(f) for f in files],
    }
    (folder / MANIFEST).write_text(json.dumps(value, indent=1) + "\n", "utf-8")


def this_machine() -> dict[str, str]:
    """What wheels depend on."""
    version = "{}.{}".format(*sys.version_info)
    return {"python": version, "system": platform.system(), "machine": platform.machine()}


def unpack(folder: Path, into: Path) -> list[str]:
    """Check the pieces and write the wheels. Returns the pins, as lines for pip.

    Raises NotMade when it is for another machine, Damaged naming the file that is not as it was.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        wheels = {w["name"]: File(**w) for w in manifest["wheels"]}
        pieces = [File(**p) for p in manifest["pieces"]]
        pins, made_for = list(manifest["pins"]), dict(manifest["made_for"])
    except OSError as error:
        raise NotMade(
            f"{folder} has no {MANIFEST}: it is no bundle, or it is not whole."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{folder / MANIFEST} cannot be read.") from error
    if made_for != this_machine():
        here = this_machine()
        raise NotMade(
            "The bundle is for Python {python} on {system} {machine}".format_map(made_for)
            + ", this is Python {python} on {system} {machine}. ".format_map(here)
            + "Make it with the same, or name such a Python: PYTHON=/usr/bin/python3.12"
        )
    paths = [folder / p.name for p in pieces]
    missing = [p.name for p in paths if p.parent != folder or not p.is_file()]
    if missing:
        raise Damaged(f"Missing of the bundle: {', '.join(missing)}. Copy all pieces here.")
    for piece, path in zip(pieces, paths, strict=True):
        if path.stat().st_size != piece.size or sha256_of(path) != piece.sha256:
            raise Damaged(f"{path} is not as it was packed (SHA-256). Copy it again.")
    into.mkdir(parents=True, exist_ok=True)
    with (
        PieceReader(paths) as reader,
        tarfile.open(fileobj=cast("IO[bytes]", reader), mode="r|") as tar,
    ):
        written = set(_write_wheels(tar, wheels, into))
    if written != set(wheels):
        raise Damaged(f"Not in the bundle: {', '.join(sorted(set(wheels) - written)[:3])}.")
    return pins


def _write_wheels(tar: tarfile.TarFile, wheels: dict[str, File], into: Path) -> Iterator[str]:
    for member in tar:
        source = tar.extractfile(member) if member.isreg() else None
        if source is None or member.name not in wheels or not _WHEEL.fullmatch(member.name):
            raise Damaged(f"The bundle holds {member.name!r}, which its manifest does not list.")
        path = into / member.name
        with path.open("wb") as target:
            found = _copy(source, target)
        if found != wheels[member.name].sha256:
            path.unlink()
            raise Damaged(f"{member.name} is not as it was packed (SHA-256).")
        yield member.name


def _copy(source: Any, target: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := source.read(2**20):
        digest.update(block)
        target.write(block)
    return digest.hexdigest()


def _pip(*words: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", *words]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    if said.returncode != 0:
        lines = [x for x in said.stderr.splitlines() if x.startswith("ERROR")] or ["no reason"]
        raise NotMade("pip could not do it:\n  " + "\n  ".join(x[:300] for x in lines[-3:]))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(words: Sequence[str]) -> int:
    """0 when it was done; 1 with a message when not."""
    parser = argparse.ArgumentParser(prog="gpu_bundle")
    does = parser.add_subparsers(dest="does", required=True)
    making = does.add_parser("make")
    making.add_argument("folder", type=Path)
    making.add_argument("--dry-run", action="store_true", help="list what would be fetched")
    making.add_argument("--piece-mib", type=int, default=_PIECE_MIB, help="most MiB of a piece")
    unpacking = does.add_parser("unpack")
    unpacking.add_argument("folder", type=Path)
    unpacking.add_argument("into", type=Path)
    told = parser.parse_args(words)
    try:
        if told.does == "unpack":
            pins = unpack(told.folder, told.into)
            (told.into / "pins.txt").write_text("".join(f"{p}\n" for p in pins), "utf-8")
        elif told.dry_run:
            for pin in resolve():
                print(f"{pin.name}=={pin.version}")
        else:
            pieces = make(told.folder, piece_mib=told.piece_mib)
            size = sum(p.size for p in pieces) / 2**30
            _say(
                f"{told.folder}: {len(pieces)} pieces, {size:.1f} GiB. Carry the folder over, then"
            )
            _say("  make gpu BUNDLE=FOLDER MODEL=FOLDER")
    except (NotMade, Damaged) as error:
        _say(f"gpu-bundle stopped: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
