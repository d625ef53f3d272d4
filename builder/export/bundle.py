"""A bundle: a zip of all parts that can be made, and a README that says what each is and what is missing."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from builder.checks import ProblemsError
from builder.export import scripts
from builder.export.network import LeftOutError, Network
from builder.export.parts import PARTS, Part
from builder.weights import WeightsError

README = "README.md"
BEGAN = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip knows: the same network gives the same bundle
PRESSED = (".py", ".md", ".txt", ".json", ".ipynb", ".svg", ".dot")  # weights do not get smaller


@dataclass(frozen=True)
class Exported:
    """What came of an export: files' sizes in bytes; by part, what is remarked, and why it is left out."""

    path: Path
    sizes: Mapping[str, int] = field(default_factory=dict)
    remarks: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)

    def content(self, file: str) -> bytes:
        """A file of the bundle. Raises FileNotFoundError where the bundle is gone."""
        with zipfile.ZipFile(self.path) as packed:
            return packed.read(file)

    def to_json(self) -> str:
        """As `from_json` reads it, and as `--json` prints it."""
        return json.dumps({**vars(self), "path": str(self.path)}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Exported:
        """What `to_json` wrote."""
        found = json.loads(text)
        return cls(**{**found, "path": Path(found["path"])})


def write_part(network: Network, part: Part, path: Path) -> Exported:
    """One part alone. Raises LeftOutError, a sentence, where it cannot be made."""
    _refuse_unless_sound(network)
    remark = _written(network, part, path)
    return Exported(path, {path.name: path.stat().st_size}, {part.name: remark} if remark else {})


def bundle(network: Network, path: Path, parts: Sequence[Part] = PARTS) -> Exported:
    """All the parts in one zip. One that cannot be made is left out, and the README says why.

    Raises checks.ProblemsError where the network cannot be built, weights.WeightsError where the weights
    do not fit it.
    """
    _refuse_unless_sound(network)
    remarks, left_out = {}, {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for part in parts:
            target = folder / part.file
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                remark = _written(network, part, target)
                remarks.update({part.name: remark} if remark else {})
            except LeftOutError as error:
                left_out[part.name] = str(error)
                target.unlink(missing_ok=True)
        made = [part for part in parts if part.name not in left_out]
        missing = {part.file: left_out[part.name] for part in parts if part.name in left_out}
        told = {part.file: " ".join(filter(None, (part.about, remarks.get(part.name)))) for part in made}
        (folder / README).write_text(scripts.readme(network, told, missing), encoding="utf-8")
        sizes = _zipped(folder, [README, *(part.file for part in made)], path)
    return Exported(path, sizes, remarks, left_out)


def _refuse_unless_sound(network: Network) -> None:
    network.source  # noqa: B018  raises where there are problems, before any part does
    if network.weights_file is not None:
        network.module()


def _written(network: Network, part: Part, path: Path) -> str:
    """Writes a part; whatever goes wrong becomes a LeftOutError with a sentence."""
    try:
        return part.write(network, path)
    except (LeftOutError, ProblemsError, WeightsError, OSError):
        raise
    except Exception as error:  # the border to the exporters, which raise what they like
        first = next(iter(str(error).strip().splitlines()), "")[:200]
        raise LeftOutError(
            f"PyTorch cannot export this network so ({type(error).__name__}: {first}). "
            "Use model.py and weights.safetensors."
        ) from error


def _zipped(folder: Path, files: Sequence[str], path: Path) -> dict[str, int]:
    draft = path.with_name(f"{path.name}.part")
    with zipfile.ZipFile(draft, "w") as bundle:
        for name in files:
            entry = zipfile.ZipInfo(name, BEGAN)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith(PRESSED) else zipfile.ZIP_STORED
            with (folder / name).open("rb") as source, bundle.open(entry, "w", force_zip64=True) as target:
                while block := source.read(1 << 20):
                    target.write(block)
    draft.replace(path)  # whole or not at all
    return {name: (folder / name).stat().st_size for name in files}
