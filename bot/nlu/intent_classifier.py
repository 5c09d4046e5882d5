"""The classifier of dialogue intents as a component of Rasa's pipeline."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.intent_model import Doubt, IntentModel
from bot.nlu.vectors import SentenceVectors

_FILE = "intent_model.joblib"
_RANKED = 3  # what goes into the tracker with each message


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class DialogueIntentClassifier(GraphComponent, IntentClassifier):
    """Tells what a person does in the conversation; whatever it does not believe to be that is a ``question``."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """``threshold``, ``short_words``, ``per_word``, ``ceiling``, ``long_words``: see :class:`Doubt`."""
        return {**Doubt().__dict__, "strength": 30.0, "vector_weight": 2.5}

    def __init__(self, config: Dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._vectors = SentenceVectors()
        self._model: Optional[IntentModel] = None

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DialogueIntentClassifier:
        """Rasa's way to make a component for training."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DialogueIntentClassifier:
        """Rasa's way to make a component from a trained model."""
        component = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder:
            component._model = joblib.load(folder / _FILE)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        """Fits on the examples and keeps the model."""
        examples = [(e.get(TEXT), e.get(INTENT)) for e in training_data.intent_examples if e.get(TEXT)]
        doubt = Doubt(**{key: self._config[key] for key in Doubt().__dict__})
        model = IntentModel(doubt, self._config["strength"], self._config["vector_weight"])
        self._model = model.fit([text for text, _ in examples], [intent for _, intent in examples], self._vectors)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / _FILE)
        return self._resource

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets intent and ranking of every message that has none yet (a trusted payload has one)."""
        for message in messages:
            if not (message.get(INTENT) or {}).get("name"):
                self._classify(message)
        return messages

    def _classify(self, message: Message) -> None:
        if self._model is None:
            raise RuntimeError("the classifier has not been trained")
        ranking = self._model.rank(message.get(TEXT) or "", self._vectors)
        named = [{"name": intent, "confidence": round(probability, 4)} for intent, probability in ranking[:_RANKED]]
        message.set(INTENT, named[0], add_to_output=True)
        message.set(INTENT_RANKING_KEY, named, add_to_output=True)
