"""A Spark session as the environment says it, and the folder in which all machines find the register meanwhile."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark import SparkConf, SparkContext
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from moei.engines.matching.register.no_engine import NoEngine

FOLDER = "spark.moei.folder"
NO_JAVA = (
    "Spark needs a Java 17 runtime: install one (Debian: openjdk-17-jre-headless) or let JAVA_HOME name it"
)
_EVERYWHERE = {
    "spark.io.encryption.enabled": "true",  # what workers put on their disks between two steps
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    "spark.sql.files.maxPartitionBytes": "16m",  # reading names takes far longer than reading bytes
}
_ON_A_NETWORK = {"spark.authenticate": "true", "spark.network.crypto.enabled": "true"}
_ON_ONE_MACHINE = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


@contextmanager
def session() -> Iterator[tuple[SparkSession, Folder]]:
    """Spark as `spark-submit`, `PYSPARK_SUBMIT_ARGS`, `spark-defaults.conf` or `SPARK_MASTER` say; on all cores of this
    machine if nothing does. A session that is there already is used, and left running.

    Raises:
        NoEngine: no Java, or a cluster without a folder that its machines share or without a secret.
    """
    there = SparkSession.getActiveSession()
    with tempfile.TemporaryDirectory(prefix="moei-match-") as own:
        spark = there or _started(Path(own))
        try:
            with _shared(spark, Path(own)) as folder:
                yield spark, folder
        finally:
            if there is None:
                spark.stop()


def _started(own: Path) -> SparkSession:
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        raise NoEngine(NO_JAVA)
    try:
        # Only now is it known what is set elsewhere: nothing of that may be overruled.
        SparkContext._ensure_initialized()
        conf = SparkConf()
        if master := os.environ.get("SPARK_MASTER"):
            conf.setMaster(master)
        _protect(conf.setIfMissing("spark.app.name", "moei match"), own)
        return SparkSession.builder.config(conf=conf).getOrCreate()
    except PySparkException as error:
        if "JAVA_GATEWAY_EXITED" in str(error):
            raise NoEngine(NO_JAVA) from error
        raise


def _protect(conf: SparkConf, own: Path) -> None:
    """What keeps names in, wherever nothing was said."""
    master = conf.get("spark.master", "local[*]")
    wanted = dict(_EVERYWHERE)
    if _is_local(master):
        wanted |= {**_ON_ONE_MACHINE, "spark.local.dir": str(own), "spark.sql.warehouse.dir": str(own)}
        if not conf.contains("spark.pyspark.python"):
            os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    else:
        if (
            conf.get("spark.authenticate", "true") == "true"
        ):  # Spark encrypts between those who know one another
            wanted |= _ON_A_NETWORK
        if not conf.contains(FOLDER):
            raise NoEngine(
                f"Set {FOLDER} to a folder that all machines of the cluster reach (hdfs://..., s3a://...)"
            )
        if (
            master.startswith("spark://")
            and not conf.contains("spark.authenticate")
            and not conf.contains("spark.authenticate.secret")
        ):
            # YARN and Kubernetes hand out a secret by themselves.
            raise NoEngine(
                "Names would cross the network in the clear: set spark.authenticate.secret on every machine of the "
                "cluster, or spark.authenticate=false where nobody else is on its network"
            )
    for name, value in wanted.items():
        conf.setIfMissing(name, value)
    conf.set(
        "spark.ui.showConsoleProgress", "false"
    )  # set for every program in Python; ours says how far it is


def _is_local(master: str) -> bool:
    return master == "local" or master.startswith("local[")


@contextmanager
def _shared(spark: SparkSession, own: Path) -> Iterator[Folder]:
    parent = spark.sparkContext.getConf().get(FOLDER, own.as_uri())
    folder = Folder(spark, f"{parent.rstrip('/')}/moei-match-{uuid4()}", own)
    try:
        yield folder
    finally:
        folder.remove()


class Folder:
    """A folder on what file system Spark is set up for, readable for its owner only."""

    def __init__(self, spark: SparkSession, address: str, own: Path) -> None:
        hadoop = spark.sparkContext._jvm.org.apache.hadoop.fs
        self.address, self.own = address, own
        self._path = hadoop.Path
        self._files = hadoop.Path(address).getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())
        self._files.mkdirs(hadoop.Path(address))
        self._files.setPermission(hadoop.Path(address), hadoop.permission.FsPermission("700"))

    def __truediv__(self, name: str) -> str:
        return f"{self.address}/{name}"

    def take(self, file: Path, name: str) -> None:
        """Moves a file of this machine there."""
        self._files.mkdirs(self._path(self / name))
        self._files.copyFromLocalFile(True, self._path(file.as_uri()), self._path(self / name))

    def table(self, name: str) -> pa.Table:
        """All that was written there as Parquet, in this process."""
        with tempfile.TemporaryDirectory(dir=self.own) as place:
            self._files.copyToLocalFile(self._path(self / name), self._path(Path(place).as_uri()))
            return pq.read_table(Path(place) / name, memory_map=False)

    def remove(self) -> None:
        self._files.delete(self._path(self.address), True)
