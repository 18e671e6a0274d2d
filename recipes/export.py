"""Put a trained model into one folder: what `--model FOLDER` and the package data are made of."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

from torch import nn

from himmel.core.files import write_text
from himmel.data.manifest import manifest
from himmel.evaluate.card import MANIFEST
from himmel.generate.config import SystemConfig
from himmel.generate.lexicon import Lexicon
from himmel.generate.manner import Manner
from himmel.generate.system import LEXICON, SHIPPED, SYSTEM, TOKENIZER, save_system
from himmel.interop.weights import check_file, list_checksums, load_state, save_weights
from himmel.models.dit import DiT
from himmel.models.upscaler import Upscaler
from himmel.world import words as wide
from himmel.world.captions import LANGUAGES, core_lexicon, lexicon
from himmel.world.language.free_tables import known_wholes, known_words
from himmel.world.language.plain_words import manner
from himmel.world.vocabulary import Kind, Phrase
from himmel_recipes.judge import build_judge
from himmel_recipes.labels import text_classes
from himmel_recipes.settings import Settings, defaults_of
from himmel_recipes.stages import Job, load_codec, load_text

JUDGES = ("judge",)
PHRASES = {
    "motion:still": "standing still",
    "motion:left": "moving to the left",
    "motion:right": "moving to the right",
    "motion:jump": "jumping",
    "motion:spin": "spinning around",
    "motion:toward": "coming closer",
    "setting:meadow": "on a meadow",
    "setting:desert": "in a desert",
    "setting:snow": "in the snow",
    "setting:street": "on a street",
    "setting:tiles": "on tiles",
    "setting:water": "on water",
    "setting:mountain-road": "on a mountain road",
    "setting:candle-room": "beside a candle",
    "setting:snowy-city": "in a snowy city",
    "setting:gold-rush": "in the gold rush",
    "time:day": "by day",
    "time:evening": "in the evening",
    "time:night": "at night",
}


def phrases(families: bool) -> dict[str, str]:
    """How a fact is said in English, by "group:name"; names that say themselves are left out."""
    if not families:
        return PHRASES
    tables: dict[str, tuple[Phrase, ...]] = {
        "time": wide.TIMES,
        "weather": wide.WEATHERS,
        "camera": wide.CAMERAS,
        "look": wide.LOOKS,
        "relation": wide.RELATIONS,
    }
    said = {
        f"{group}:{row.name}": "".join(row.english[:1]) for group, t in tables.items() for row in t
    }
    said |= {f"setting:{row.name}": row.english[0].at for row in wide.SETTINGS}
    said |= {f"{row.group}:{row.name}": row.english[0] for row in wide.TRAITS}
    kinds: tuple[Kind, ...] = wide.KINDS
    return {**said, **{f"kind:{row.name}": row.english[0] for row in kinds}, **PHRASES}


def build_lexicon(families: bool) -> Lexicon:
    """All words that a model of the core, or of the families too, is told to draw, however people say it;
    and by language what need not be drawn."""
    words = {
        word: tuple(facts) for word, facts in (lexicon() if families else core_lexicon()).items()
    }
    for word, facts in known_words().items():
        words[word] = words.get(word) or facts
    manners = {name: Manner.of(manner(name)) for name in LANGUAGES}
    manners["de"] = replace(manners["de"], capitals=True)
    return Lexicon(words, phrases(families), manners=manners, wholes=known_wholes())


def sizes_of(settings: Settings) -> tuple[tuple[int, int], ...]:
    """Width and height in output pixels, the usual ones first."""
    usual, factor = (settings.output_size, settings.output_size), settings.codec.upscale
    others = [(factor * width, factor * height) for width, height, _ in settings.world.shapes]
    return tuple(dict.fromkeys([usual, *others]))


def frames_of(settings: Settings) -> tuple[int, ...]:
    """Lengths in frames, shortest first; 1 is a picture."""
    return tuple(sorted({1, settings.world.frames, *(n for *_, n in settings.world.shapes)}))


def conditions_of(settings: Settings) -> tuple[str, ...]:
    """What the transformer has learnt to be given."""
    sizes = settings.transformer
    learnt = {"first": sizes.mix.kept > 0, "keyframe": sizes.keyframe_share > 0}
    return tuple(name for name, shown in learnt.items() if shown)


def export(job: Job) -> None:
    """Write the model folder of a job's weights with the manifest of its training data; the judge comes
    along for `evaluate`."""
    s, folder = job.settings, job.folders.export
    if s.words_only:
        _export_words(job)
        return
    modules, tokenizer = load_text(job)
    codec = load_codec(job).eval()
    transformer = DiT(s.dit)
    transformer.load_state_dict(load_state(job.folders.model, "transformer"))
    upscaler = _upscaler(job)
    config = SystemConfig(
        name=s.name,
        description="Trained on clips that himmel renders itself",
        codec=codec.config,
        dit=transformer.config,
        text=modules["encoder"].config,
        defaults=defaults_of(s),
        trained_sizes=sizes_of(s),
        trained_frames=frames_of(s),
        languages=("en", "de"),
        facts=text_classes(bool(s.world.families)),
        conditions=conditions_of(s),
        upscaler=None if upscaler is None else upscaler.config,
    )
    networks: dict[str, nn.Module] = {"transformer": transformer, "codec": codec, "text": modules}
    if upscaler is not None:
        networks["upscaler"] = upscaler
    save_system(
        folder,
        config,
        networks,
        tokenizer,
        build_lexicon(bool(s.world.families)),
        {"transformer": "int8", "codec": "bf16", "text": "bf16", "upscaler": "bf16"},
    )
    held = manifest(job.folders.root)
    write_text(folder / MANIFEST, json.dumps(held, indent=1, sort_keys=True) + "\n")
    for name in JUDGES:
        if s.start and not (job.folders.model / f"{name}.json").exists():
            _as_packaged(s.start, folder, name)
            continue
        state = load_state(job.folders.model, name)
        save_weights(folder, name, state, build_judge().config, dtype="int8")


def _upscaler(job: Job) -> Upscaler | None:
    """The job's own, or that of the model it started from, if either has one."""
    trained, start = job.settings.decoder.upscaler, job.settings.start
    folder, config = job.folders.model, trained.network if trained.clips else None
    if config is None and start:
        folder = SHIPPED / start
        config = SystemConfig.from_json(check_file(folder, SYSTEM).read_text("utf-8")).upscaler
    if config is None:
        return None
    upscaler = Upscaler(config)
    upscaler.load_state_dict(load_state(folder, "upscaler"))
    return upscaler


def _export_words(job: Job) -> None:
    """The model to start from with another reader: text encoder, vocabulary and lexicon."""
    folder = job.folders.export
    shutil.copytree(SHIPPED / job.settings.start, folder, dirs_exist_ok=True)
    modules, tokenizer = load_text(job)
    text = modules["encoder"].config
    config = SystemConfig.from_json(check_file(folder, SYSTEM).read_text("utf-8")).replace(
        name=job.settings.name, text=text
    )
    save_weights(folder, "text", modules.state_dict(), text, dtype="bf16")
    files = {SYSTEM: config, TOKENIZER: tokenizer, LEXICON: build_lexicon(families=False)}
    for file, values in files.items():
        write_text(folder / file, values.to_json() + "\n")
    list_checksums(folder, *files)


def _as_packaged(start: str, folder: Path, name: str) -> None:
    """A judge that this job did not train is the one of the model it started from, byte for byte."""
    files = [path.name for path in sorted((SHIPPED / start).glob(f"{name}.*"))]
    for file in files:
        shutil.copyfile(SHIPPED / start / file, folder / file)
    list_checksums(folder, *files)
