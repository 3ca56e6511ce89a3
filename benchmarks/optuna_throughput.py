"""Optuna on the trial of throughput.ts: random sampler, eight threads, its SQLite or journal storage. Prints seconds."""
import sys
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
kind, trials = sys.argv[1], int(sys.argv[2])
if kind == "sqlite":
    storage = optuna.storages.RDBStorage("sqlite:///optuna.db", engine_kwargs={"connect_args": {"timeout": 60}})
else:
    backend = optuna.storages.journal.JournalFileBackend("optuna.journal")
    storage = optuna.storages.JournalStorage(backend)
study = optuna.create_study(storage=storage, sampler=optuna.samplers.RandomSampler(seed=0))


def objective(trial):
    return [trial.suggest_float(name, 0, 1) for name in "abcde"][0]


start = time.perf_counter()
study.optimize(objective, n_trials=trials, n_jobs=8)
print(time.perf_counter() - start)
