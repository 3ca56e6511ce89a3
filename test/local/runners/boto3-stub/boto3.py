"""S3 as far as pegbox.py uses it: buckets are folders below $FAKE_S3."""
import os
import shutil


class _Body:
    def __init__(self, data):
        self._data = data

    def read(self):
        return self._data


class _S3:
    def __init__(self):
        self._root = os.environ["FAKE_S3"]

    def get_object(self, *, Bucket, Key):
        with open(self._path(Bucket, Key), "rb") as file:
            return {"Body": _Body(file.read())}

    def put_object(self, *, Bucket, Key, Body):
        with open(self._path(Bucket, Key), "wb") as file:
            file.write(Body)

    def list_objects_v2(self, *, Bucket, Prefix, MaxKeys):
        bucket = os.path.join(self._root, Bucket)
        files = (os.path.join(folder, name) for folder, _, names in os.walk(bucket) for name in names)
        keys = [key for key in (os.path.relpath(file, bucket) for file in files) if key.startswith(Prefix)]
        return {"KeyCount": len(keys[:MaxKeys])}

    def upload_file(self, filename, bucket, key):
        shutil.copyfile(filename, self._path(bucket, key))

    def download_file(self, bucket, key, filename):
        shutil.copyfile(self._path(bucket, key), filename)

    def _path(self, bucket, key):
        path = os.path.join(self._root, bucket, key)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path


def client(service):
    assert service == "s3", service
    return _S3()
