"""What is compared: networks, methods and batches."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    model: str  # downhill's text
    hidden: tuple  # widths of dense hidden layers; None for the convolutional network
    method: str  # "sgd", "adam" or "momentum"
    batch: int

    @property
    def rule(self):
        rules = {
            "sgd": "sgd(learning_rate=0.1)",
            "adam": "adam(learning_rate=0.001)",
            "momentum": "sgd(learning_rate=0.02, momentum=0.9)",
        }
        return rules[self.method]

    def __str__(self):
        return f"{self.model} {self.method} {self.batch}"


ROWS = [
    Row("mlp(128)", (128,), "sgd", 32),
    Row("mlp(128)", (128,), "sgd", 128),
    Row("mlp(128)", (128,), "adam", 32),
    Row("mlp(128)", (128,), "adam", 128),
    Row("mlp(512, 512)", (512, 512), "sgd", 32),
    Row("mlp(512, 512)", (512, 512), "sgd", 128),
    Row("mlp(512, 512)", (512, 512), "adam", 32),
    Row("cnn", None, "momentum", 32),
]
CLASSES = 10
CHANNELS = (32, 64)
DENSE = 128
