"""Slots for large text guards whose weights the operator supplies: Llama Guard and ShieldGemma.

himmel ships neither, and downloads nothing: a local folder is read by transformers. Their answers are
mapped to our categories; an answer that is none of theirs is an error, and so a refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from himmel.core.errors import HimmelError
from himmel.safety.policy import TextGuard

Answer = Callable[[str], str]  # the model's words after a prompt
OTHER = "C13"  # for their classes that we have none of our own for
LLAMA = {
    "S1": "C7", "S2": "C13", "S3": "C4", "S4": "C1", "S5": "C10", "S6": "C13", "S7": "C16", "S8": "C12",
    "S9": "C3", "S10": "C9", "S11": "C8", "S12": "C4", "S13": "C11", "S14": "C13",
}  # fmt: skip
LLAMA_ASK = (
    "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nIs this request for a video safe? "
    "Answer 'safe', or 'unsafe' and on the next line the codes S1 to S14 that it violates.\n\n{text}"
    "<|eot_id|>"
    "<|start_header_id|>assistant<|end_header_id|>\n\n"
)
SHIELD_ASK = (
    "Does this request for a video ask for sexual, violent, hateful, harassing or dangerous content? "
    "Answer Yes or No.\n\nHuman question: {text}\n\nAnswer: "
)


def llama_category(answer: str) -> str | None:
    """The gravest of our categories that Llama Guard names, None for safe. Raises HimmelError else."""
    words = answer.split()
    if words[:1] == ["safe"]:
        return None
    if words[:1] != ["unsafe"]:
        raise HimmelError("Llama Guard gave an answer that is neither safe nor unsafe")
    named = [LLAMA[code] for code in re.findall(r"S\d+", answer) if code in LLAMA]
    return min(named, key=lambda category: int(category[1:])) if named else OTHER


def shield_category(answer: str) -> str | None:
    """ShieldGemma says Yes or No only. Raises HimmelError for another answer."""
    word = answer.strip().split(maxsplit=1)[0].strip(".,").lower() if answer.strip() else ""
    if word not in ("yes", "no"):
        raise HimmelError("ShieldGemma gave an answer that is neither Yes nor No")
    return OTHER if word == "yes" else None


KINDS: dict[str, tuple[str, Callable[[str], str | None]]] = {
    "llama-guard": (LLAMA_ASK, llama_category),
    "shieldgemma": (SHIELD_ASK, shield_category),
}


def load_answer(folder: Path) -> Answer:
    """A language model of a local folder. Raises HimmelError where it or transformers is missing."""
    if not folder.is_dir():
        raise HimmelError(f"the guard's weights {folder} are not there")
    try:
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ModuleNotFoundError:
        raise HimmelError("text guards need transformers; run: pip install transformers") from None
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModelForCausalLM.from_pretrained(
        folder, local_files_only=True, use_safetensors=True
    )
    model.train(False)

    def answer(prompt: str) -> str:
        given = tokenizer(prompt, return_tensors="pt")
        made = model.generate(**given, max_new_tokens=16, do_sample=False)
        return str(
            tokenizer.decode(made[0][given["input_ids"].shape[1] :], skip_special_tokens=True)
        )

    return answer


@dataclass
class Guard:
    """A guard of a kind in a folder, loaded at its first look."""

    kind: str
    folder: Path
    load: Callable[[Path], Answer] = field(default=load_answer)

    @cached_property
    def answer(self) -> Answer:
        """Loaded once."""
        return self.load(self.folder)

    def find(self, text: str) -> str | None:
        """The category that stands against a text, None when it may pass."""
        ask, category = KINDS[self.kind]
        return category(self.answer(ask.format(text=text)))

    def check(self, limit: float) -> TextGuard:
        """As a guard that answers within `limit` seconds."""
        return TextGuard(self.kind, self.find, limit)
