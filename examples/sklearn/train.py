"""One trial: fit a classifier of scikit-learn to the digits of ../digits, judge it on the validation rows."""

import sys
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "python"))
import pegbox  # noqa: E402  (in a project of yours, put pegbox.py beside your program)

# One row: 64 pixels (0 to 16), then the label. The same rows for the same purposes as in ../digits/data.ts.
rows = np.fromfile(HERE.parent / "digits" / "digits.bin", dtype=np.uint8).reshape(-1, 65)
images, labels = rows[:, :64] / 16, rows[:, 64]
train, validation = slice(0, 1000), slice(1000, 1400)

# What holds where the study does not tune it; `python3 train.py` alone runs with these.
trial = pegbox.trial(model="svm", C=1, gamma=0.01, hidden=32, alpha=1e-4, learningRate=1e-3)

if trial["model"] == "svm":
    model = SVC(C=trial["C"], gamma=trial["gamma"])
else:
    # Stopping early keeps a trial under a few seconds, and needs no warning about convergence.
    model = make_pipeline(
        StandardScaler(),
        MLPClassifier(
            hidden_layer_sizes=(trial["hidden"],),
            alpha=trial["alpha"],
            learning_rate_init=trial["learningRate"],
            early_stopping=True,
            random_state=trial.seed,
        ),
    )

model.fit(images[train], labels[train])
trial.finish(error=np.mean(model.predict(images[validation]) != labels[validation]))
