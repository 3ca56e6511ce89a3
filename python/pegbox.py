"""Pegbox's trial contract for Python: one file, Python 3.8 or newer, no dependencies but boto3 where files are on S3.

    import pegbox

    trial = pegbox.trial(learningRate=0.01, layers=2)     # what holds where the study does not tune it
    for epoch in range(10):
        error = train(trial["learningRate"], trial["layers"], seed=trial.seed)
        if trial.report(epoch, error=error):              # the study has seen enough of this trial
            break
    trial.finish(error=error)

Run by Pegbox, it reads the file named by PEGBOX_REQUEST and writes the one named by PEGBOX_RESULT; in a job of Batch or
SageMaker both are on S3. Run by hand, as `python train.py`, it works with the defaults, and prints the result. Nothing here
is needed to be tuned by Pegbox: any program that prints {"metrics": {"error": 0.03}} as its last line can be.

A trial that fails, or is killed, goes on from what it has saved:

    state = tempfile.mkdtemp()                            # a directory of this process
    epoch = load(state) if trial.restore(state) else 0
    while epoch < 10:
        epoch = train_one_epoch(state)                    # leaves its files there
        trial.save(state)

As a worker of a study with `runner: { external: true }` it asks a server for trials until there are no more:

    for trial in pegbox.worker("http://127.0.0.1:8377", "my-study-k3x9q2"):
        trial.finish(error=train(trial["learningRate"], seed=trial.seed))
"""

import http.client
import json
import math
import os
import signal
import socket
import sys
import tarfile
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

__all__ = ["Trial", "trial", "worker"]

# Measurements kept a trial; from then on every second one, every fourth, and so on.
_MEASUREMENTS = 256

# Of the 32 KiB that a result may have: the rest is for metrics and artifacts.
_MEASUREMENTS_BYTES = 16384

# Seconds that a live report may take, and for which none is tried after one that did not get through: reports must never hold
# up the training for long.
_REPORT_TIMEOUT = 10
_REPORT_PAUSE = 60

# Seconds after which a server that does not answer a worker is asked again, each time twice as many: two minutes in all.
_AGAIN = (1, 2, 4, 8, 16, 32, 64)

# What `save` leaves at a checkpoint: one file, for a file is there as a whole or not at all, on S3 too.
_SAVED = "saved.tar"


def trial(**defaults):
    """The trial that this process runs.

    `defaults` are the parameters that hold where the study does not tune them, where they are inactive, and where the
    program is run by hand.
    """
    path = os.environ.get("PEGBOX_REQUEST")
    if not path:
        return Trial({}, defaults, None)
    return Trial(json.loads(_read(path)), defaults, os.environ.get("PEGBOX_RESULT"))


def worker(url, study, client=None, lease_seconds=60, token=None, **defaults):
    """The trials of a study with external workers, one after the other, until nothing is left to start.

    `client` names this worker: one that was restarted under its name is given the trial again that it ran. While a trial runs
    the server hears of it from a thread; one that the loop leaves without a result has failed. `token` is what the server's
    `--token-file` holds, `defaults` are as in `trial`.
    """
    server = _Server(url, study, token)
    asking = {"client": client or "%s-%d" % (socket.gethostname(), os.getpid()), "leaseSeconds": lease_seconds}
    while True:
        answer, wait = server.post("suggest", asking)
        for given in answer["trials"]:
            lease = _Lease(server, given, lease_seconds)
            current = Trial(given["request"], defaults, None, lease)
            try:
                yield current
            finally:
                lease.end()
            if not current._ended:
                lease.tell("fail", {"error": {"message": "the worker went on without a result"}})
        if answer.get("exhausted"):
            return
        if not answer["trials"]:
            time.sleep(wait)


class Trial:
    """One set of parameters to try: `trial["learningRate"]`. It ends with `finish` or `infeasible`."""

    def __init__(self, request, defaults, result_path, lease=None):
        self._request = request
        self._lease = lease
        self._result_path = result_path
        self._report = request.get("report")
        self._measurements = _Measurements()
        self._ended = False
        self._stopped = False
        self._silent_until = 0
        self._checkpoint = _UNSEEN
        #: All parameters by name, those of the study over the defaults.
        self.parameters = {**defaults, **request.get("parameters", {})}
        #: What the study passes through to every trial.
        self.fixed = request.get("fixed", {})
        #: The numbers that describe the problem.
        self.context = request.get("context", {})
        #: Number of the trial, from 1; 0 when run by hand.
        self.number = request.get("trial", 0)
        #: The same for every attempt at this trial; below 2**31, so that numpy takes it. 0 when run by hand.
        self.seed = request.get("seed", 0)
        #: How far to train now, from the very beginning, by name: `trial.fidelity.get("epochs", 30)`. Empty where every trial is
        #: trained to the end.
        self.fidelity = request.get("fidelity", {})
        #: Files to keep, by name: `trial.artifacts["log"] = "runs/12.log"`, a path or a URI.
        self.artifacts = {}
        #: How far metrics may be from what they estimate, by name: `trial.standard_errors["error"] = 0.004`, the deviation of
        #: a mean over folds or seeds.
        self.standard_errors = {}
        #: What the trial cost, in USD, where you know better than Pegbox.
        self.usd = None

    def __getitem__(self, name):
        try:
            return self.parameters[name]
        except KeyError:
            known = ", ".join(self.parameters) or "none"
            raise KeyError(
                "no parameter %r (known: %s); give it a default: pegbox.trial(%s=...)" % (name, known, name)
            ) from None

    def __contains__(self, name):
        return name in self.parameters

    def get(self, name, default=None):
        """The parameter, or `default` where neither the study nor `pegbox.trial` gives it a value."""
        return self.parameters.get(name, default)

    def report(self, step, **metrics):
        """Tells how it goes at a step. Returns True when the trial should stop: leave the loop and `finish`.

        A report that does not get through is a warning on stderr, never an error: it goes along with the result.
        """
        measurement = {"step": step, "metrics": _plain(metrics)}
        if not self._post(measurement):
            self._measurements.add(measurement)
        if self._lease is None:
            return self._stopped
        self._lease.stopped = self._lease.stopped or self._stopped
        return self._lease.stopped

    @property
    def checkpoint(self):
        """Where to go on from and where to save, directories or `s3://` prefixes: `{"from": …, "to": …}`.

        `from` is None where no attempt has saved anything, and `to` itself where an earlier one at the same training has; that
        may be this attempt on a machine that was taken away since. None where there are no checkpoints.
        """
        if self._checkpoint is _UNSEEN:
            given = self._request.get("checkpoint")
            saved = given is not None and given["from"] != given["to"] and _holds(given["to"])
            self._checkpoint = {**given, "from": given["to"]} if saved else given
        return self._checkpoint

    def restore(self, directory):
        """Copies what an earlier attempt gave to `save` into `directory`, which is made in any case.

        Returns False where there is nothing.
        """
        os.makedirs(directory, exist_ok=True)
        place = self.checkpoint and self.checkpoint["from"]
        if not place:
            return False
        with tempfile.TemporaryDirectory() as folder:
            archive = _fetch(place, folder)
            if archive is None:
                return False
            # what an archive may do beyond files was never asked for; the newest Pythons say so by themselves
            plain = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
            with tarfile.open(archive) as tar:
                tar.extractall(directory, **plain)
        return True

    def save(self, directory):
        """Keeps a copy of `directory` for later attempts, in the place of the one before: whole, or the one before stays.

        Does nothing where there are no checkpoints, such as by hand.
        """
        if self.checkpoint is None:
            return
        to = self.checkpoint["to"]
        if _is_s3(to):
            with tempfile.TemporaryDirectory() as folder:
                archive = os.path.join(folder, _SAVED)
                _pack(directory, archive)
                _s3().upload_file(archive, *_object(to + "/" + _SAVED))
            return
        # beside it: a place that holds half a copy would be taken for one that holds a checkpoint
        partial = to + ".partial"
        _pack(directory, partial)
        os.replace(partial, os.path.join(to, _SAVED))

    def on_stop(self, callback):
        """Has `callback()` called when the trial is told to end: by a machine that is taken away, its time limit, or Ctrl-C.

        Then the process ends, as by the signal. There are 5 seconds for it on a laptop, and two minutes on a Spot machine (30
        seconds on Fargate). It may come between any two lines: save what the last step has left whole.
        """

        def stop(number, _frame):
            for each in (signal.SIGTERM, signal.SIGINT):
                signal.signal(each, signal.SIG_IGN)
            try:
                callback()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                signal.signal(number, signal.SIG_DFL)
                os.kill(os.getpid(), number)
                # the first process of a container does not die of it
                os._exit(128 + number)

        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, stop)

    def finish(self, /, **metrics):
        """Ends the trial with its final metrics."""
        result = {"metrics": _plain(metrics)}
        if self.standard_errors:
            result["standardErrors"] = _plain(self.standard_errors)
        self._end(result)

    def infeasible(self, why):
        """Ends the trial: these parameters have no usable value, and none is near them."""
        self._end({"infeasible": str(why)})

    def _post(self, measurement):
        """Whether it got through; the answer is kept."""
        if self._lease is None and self._report is None or time.monotonic() < self._silent_until:
            return False
        try:
            request = self._reporting(_finite(measurement))
            with _open(request, timeout=_REPORT_TIMEOUT) as response:
                if json.load(response).get("stop") is True:
                    self._stopped = True
            return True
        except urllib.error.HTTPError as error:
            # the server is there, and says what is wrong with this one
            self._warn(measurement, "%s: %s" % (error, error.read(1000).decode("utf-8", "replace")))
        except (OSError, ValueError, TypeError, KeyError, AttributeError, http.client.HTTPException) as error:
            self._silent_until = time.monotonic() + _REPORT_PAUSE
            self._warn(measurement, error)
        return False

    def _reporting(self, measurement):
        if self._lease is not None:
            return self._lease.measuring(measurement)
        headers = {"Authorization": "Bearer " + self._report["token"], "Content-Type": "application/json"}
        data = json.dumps(measurement).encode()
        return urllib.request.Request(self._report["url"], data=data, headers=headers, method="POST")

    def _warn(self, measurement, error):
        print("pegbox: the report of step %s did not get through: %s" % (measurement["step"], error), file=sys.stderr)

    def _end(self, result):
        if self._ended:
            raise RuntimeError("the trial has ended already: finish and infeasible may be called once, in all")
        measurements = self._measurements.fitting(_MEASUREMENTS_BYTES)
        if measurements:
            result["measurements"] = measurements
        if self.artifacts:
            result["artifacts"] = {name: str(place) for name, place in self.artifacts.items()}
        if self.usd is not None:
            result["cost"] = {"usd": float(self.usd)}
        text = json.dumps(result)
        self._ended = True
        if self._lease is not None:
            self._lease.tell("complete", result)
            return
        if not self._result_path:
            print(text)
            return
        _write(self._result_path, text)


#: Of a checkpoint that nobody has asked for: only those who do need to look, and boto3 where it is on S3.
_UNSEEN = object()


def _is_s3(place):
    return place.startswith("s3://")


def _s3():
    try:
        import boto3
    except ImportError:
        raise ImportError("the files of this trial are on S3: pip install boto3, in its image") from None
    return boto3.client("s3")


def _object(uri):
    """Bucket and key."""
    bucket, _, key = uri[len("s3://") :].partition("/")
    return bucket, key


def _read(place):
    if _is_s3(place):
        bucket, key = _object(place)
        return _s3().get_object(Bucket=bucket, Key=key)["Body"].read().decode("utf-8")
    with open(place, encoding="utf-8") as file:
        return file.read()


def _write(place, text):
    """Whole or not at all, also when the process is killed while it writes."""
    if _is_s3(place):
        bucket, key = _object(place)
        _s3().put_object(Bucket=bucket, Key=key, Body=text.encode("utf-8"))
        return
    partial = place + ".partial"
    with open(partial, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(partial, place)


def _holds(place):
    """Whether anything lies in a directory, or below a prefix."""
    if _is_s3(place):
        bucket, key = _object(place)
        return _s3().list_objects_v2(Bucket=bucket, Prefix=key + "/", MaxKeys=1).get("KeyCount", 0) > 0
    return os.path.isdir(place) and len(os.listdir(place)) > 0


def _pack(directory, archive):
    with tarfile.open(archive, "w") as tar:
        tar.add(directory, arcname=".")


def _fetch(place, folder):
    """The archive at a checkpoint, downloaded into `folder` where it is on S3; None where there is none."""
    if not _is_s3(place):
        archive = os.path.join(place, _SAVED)
        return archive if os.path.exists(archive) else None
    bucket, key = _object(place + "/" + _SAVED)
    # a name that is not there is an error of its own in every client; a list says it plainly
    if not _s3().list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("KeyCount", 0):
        return None
    archive = os.path.join(folder, _SAVED)
    _s3().download_file(bucket, key, archive)
    return archive


class _Server:
    """What a worker asks and tells of one study."""

    def __init__(self, url, study, token):
        self._base = "%s/studies/%s/" % (url.rstrip("/"), urllib.parse.quote(study, safe=""))
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = "Bearer " + token

    def request(self, path, body):
        data = json.dumps(body).encode()
        return urllib.request.Request(self._base + path, data=data, headers=self._headers, method="POST")

    def post(self, path, body):
        """The answer, and the seconds to wait before the next. Asking again is safe: the same is answered with the same."""
        for pause in _AGAIN + (None,):
            request = self.request(path, body)
            try:
                with _open(request) as response:
                    return json.load(response), int(response.headers.get("Retry-After") or 1)
            except urllib.error.HTTPError as error:
                if pause is None or error.code < 500 and error.code != 429:
                    raise
            except (OSError, http.client.HTTPException):
                if pause is None:
                    raise
            time.sleep(pause)


class _Lease:
    """What holds a trial for a worker: the server hears of it three times a lease."""

    def __init__(self, server, given, seconds):
        self._server = server
        self._path = "trials/%d/" % given["trial"]
        self._lease = given["lease"]
        self._seconds = seconds
        self._over = threading.Event()
        #: Whether the result is wanted no more.
        self.stopped = False
        threading.Thread(target=self._beat, daemon=True).start()

    def end(self):
        self._over.set()

    def measuring(self, measurement):
        return self._server.request(self._path + "measure", {"lease": self._lease, **measurement})

    def tell(self, verb, body):
        self.end()
        try:
            self._server.post(self._path + verb, {"lease": self._lease, **body})
        except urllib.error.HTTPError as error:
            if error.code != 409:
                raise
            # who was told to stop knows that the result is wanted no more
            if not self.stopped:
                print("pegbox: the result came too late: the trial is another's, or has ended", file=sys.stderr)

    def _beat(self):
        while not self._over.wait(self._seconds / 3):
            try:
                body = {"lease": self._lease, "leaseSeconds": self._seconds}
                self.stopped = self._server.post(self._path + "heartbeat", body)[0]["stop"]
            except urllib.error.HTTPError:
                self.stopped = True
            except (OSError, http.client.HTTPException):
                continue
            if self.stopped:
                return


class _Measurements:
    """A bounded, evenly thinned record of what was reported."""

    def __init__(self):
        self._kept = []
        self._stride = 1
        self._count = 0

    def add(self, measurement):
        if self._count % self._stride == 0:
            self._kept.append(measurement)
        self._count += 1
        if len(self._kept) >= _MEASUREMENTS:
            self._kept = self._kept[::2]
            self._stride *= 2

    def fitting(self, room):
        """As many as are at most `room` bytes of JSON."""
        kept = self._kept
        while kept and len(json.dumps(kept)) > room:
            kept = kept[::2] if len(kept) > 1 else []
        return kept


def _open(request, **options):
    """`urlopen`, past any proxy where the server is this machine."""
    if urllib.parse.urlsplit(request.full_url).hostname in ("127.0.0.1", "localhost", "::1"):
        return urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, **options)
    return urllib.request.urlopen(request, **options)


def _plain(metrics):
    """Numbers as JSON has them: those of numpy, torch and the like are turned into Python's own."""
    return {name: _number(name, value) for name, value in metrics.items()}


def _number(name, value):
    if value is None or type(value) in (int, float):
        return value
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError("metric %r: expected a number, got %r" % (name, value)) from None


def _finite(measurement):
    """Null in place of NaN and infinities, which the JSON of a web server does not have."""
    metrics = {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in measurement["metrics"].items()
    }
    return {"step": measurement["step"], "metrics": metrics}
