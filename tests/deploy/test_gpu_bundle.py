"""A bundle arrives as it left, or is refused with the file's name."""

import json
from pathlib import Path

import pytest

from deploy import gpu_bundle
from deploy.bundle_pieces import Damaged, PieceReader, PieceWriter, sha256_of
from deploy.gpu_bundle import File, NotMade, Pinned, pack, pinned, unpack

NAMES = ("vllm-1.0-py3-none-any.whl", "torch-2.0+cu130-cp311-cp311-linux_x86_64.whl")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Two wheels in pieces of 4 KiB."""
    wheels, folder = tmp_path / "wheels", tmp_path / "bundle"
    wheels.mkdir()
    folder.mkdir()
    for number, name in enumerate(NAMES):
        (wheels / name).write_bytes(bytes([number + 65]) * 9_000)
    paths = sorted(wheels.iterdir())
    files = [File(w.name, w.stat().st_size, sha256_of(w)) for w in paths]
    pieces = pack(paths, folder, 4_096)
    pins = [Pinned("torch", "2.0+cu130", "", ""), Pinned("vllm", "1.0", "", "")]
    gpu_bundle._write_manifest(folder, pins, files, pieces)
    return folder


def change_manifest(bundle: Path, **changes: object) -> None:
    path = bundle / gpu_bundle.MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def test_it_arrives_as_it_left(bundle: Path, tmp_path: Path) -> None:
    assert len(list(bundle.glob("bundle.tar.*"))) > 4
    assert max(p.stat().st_size for p in bundle.glob("bundle.tar.*")) == 4_096
    assert unpack(bundle, tmp_path / "out") == ["torch==2.0+cu130", "vllm==1.0"]
    assert {p.name: p.stat().st_size for p in (tmp_path / "out").iterdir()} == dict.fromkeys(
        NAMES, 9_000
    )


def test_a_changed_piece_is_named(bundle: Path, tmp_path: Path) -> None:
    piece = bundle / "bundle.tar.002"
    data = bytearray(piece.read_bytes())
    data[100] ^= 1
    piece.write_bytes(data)
    with pytest.raises(Damaged, match=r"bundle\.tar\.002 is not as it was packed"):
        unpack(bundle, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_missing_piece_is_named(bundle: Path, tmp_path: Path) -> None:
    (bundle / "bundle.tar.003").unlink()
    with pytest.raises(Damaged, match=r"Missing of the bundle: bundle\.tar\.003"):
        unpack(bundle, tmp_path / "out")


def test_a_cut_piece_is_named(bundle: Path, tmp_path: Path) -> None:
    piece = bundle / "bundle.tar.001"
    piece.write_bytes(piece.read_bytes()[:100])
    with pytest.raises(Damaged, match=r"bundle\.tar\.001"):
        unpack(bundle, tmp_path / "out")


def test_a_wheel_other_than_listed_is_not_kept(bundle: Path, tmp_path: Path) -> None:
    wheels = json.loads((bundle / gpu_bundle.MANIFEST).read_text())["wheels"]
    wheels[-1]["sha256"] = "0" * 64
    change_manifest(bundle, wheels=wheels)
    with pytest.raises(Damaged, match=r"vllm-1\.0"):
        unpack(bundle, tmp_path / "out")
    assert not (tmp_path / "out" / NAMES[0]).exists()


def test_a_wheel_that_is_not_listed_is_refused(bundle: Path, tmp_path: Path) -> None:
    wheels = json.loads((bundle / gpu_bundle.MANIFEST).read_text())["wheels"]
    change_manifest(bundle, wheels=wheels[:1])
    with pytest.raises(Damaged, match="does not list"):
        unpack(bundle, tmp_path / "out")


@pytest.mark.parametrize("name", ["../evil.whl", "/tmp/evil.whl", "a/b.whl", "evil.sh"])
def test_nothing_is_written_elsewhere(bundle: Path, tmp_path: Path, name: str) -> None:
    """Even where a manifest lists it."""
    import io
    import tarfile

    for piece in bundle.glob("bundle.tar.*"):
        piece.unlink()
    with (
        PieceWriter(bundle, 10**6) as writer,
        tarfile.open(fileobj=writer, mode="w|") as tar,
    ):
        member = tarfile.TarInfo(name)
        member.size = 3
        tar.addfile(member, io.BytesIO(b"bad"))
    piece = bundle / "bundle.tar.001"
    listed = {"name": name, "size": 3, "sha256": "0" * 64}
    piece_listed = {"name": piece.name, "size": piece.stat().st_size, "sha256": sha256_of(piece)}
    change_manifest(bundle, wheels=[listed], pieces=[piece_listed])
    with pytest.raises(Damaged):
        unpack(bundle, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())
    assert not (tmp_path / "evil.whl").exists()


def test_another_python_is_said(bundle: Path, tmp_path: Path) -> None:
    change_manifest(bundle, made_for={"python": "3.9", "system": "Linux", "machine": "x86_64"})
    with pytest.raises(NotMade, match=r"for Python 3\.9 on Linux x86_64"):
        unpack(bundle, tmp_path / "out")


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotMade, match=r"has no manifest\.json"):
        unpack(tmp_path, tmp_path / "out")
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(Damaged, match="cannot be read"):
        unpack(tmp_path, tmp_path / "out")


def test_a_folder_with_something_in_it_is_not_filled(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(NotMade, match="is not empty"):
        gpu_bundle.make(tmp_path, piece_mib=1)


def item(name: str, version: str) -> dict:
    download = {"url": "file:///x.whl", "archive_info": {"hashes": {"sha256": "ab"}}}
    return {"metadata": {"name": name, "version": version}, "download_info": download}


def test_pips_report_becomes_pins() -> None:
    found = pinned({"install": [item("vllm", "1.0"), item("Jinja2_Extra", "3")]})
    assert [p.line for p in found] == ["jinja2-extra===3", "vllm===1.0"]
    assert found[0].sha256 == "ab"


def test_a_torch_for_the_processor_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pip's settings name a folder of CPU wheels, it would win."""
    asked = []

    def pip(*words: str) -> None:
        limits = Path(words[words.index("-c") + 1]).read_text().strip()
        asked.append(limits)
        version = "2.13.0" if limits else "2.13.0+cpu"
        report = {"install": [item("torch", version)]}
        Path(words[words.index("--report") + 1]).write_text(json.dumps(report))

    monkeypatch.setattr(gpu_bundle, "_pip", pip)
    assert [p.version for p in gpu_bundle.resolve()] == ["2.13.0"]
    assert asked == ["", "torch===2.13.0"]


@pytest.mark.parametrize("limit", [1, 7, 10, 100])
def test_pieces_read_as_one(tmp_path: Path, limit: int) -> None:
    with PieceWriter(tmp_path, limit) as writer:
        for part in (b"", b"abc", b"defghij" * 5):
            assert writer.write(part) == len(part)
    assert all(p.stat().st_size <= limit for p in writer.paths)
    with PieceReader(writer.paths) as reader:
        assert reader.read(4) == b"abcd"
        assert reader.read(1_000) == (b"abc" + b"defghij" * 5)[4:]
        assert reader.read(1) == b""
