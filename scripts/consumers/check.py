"""check.py <folder> [format…]: loads exports with the programs they are for and compares label for label. One JSON line per check."""
import csv, glob, hashlib, importlib.metadata, json, os, shutil, subprocess, sys, tempfile, zipfile

root = sys.argv[1]
os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", HF_HOME=tempfile.mkdtemp(), YOLO_OFFLINE="true",
                  YOLO_CONFIG_DIR=tempfile.mkdtemp(), TF_CPP_MIN_LOG_LEVEL="3", MPLCONFIGDIR=tempfile.mkdtemp(),
                  HF_DATASETS_DISABLE_PROGRESS_BARS="1", FIFTYONE_DO_NOT_TRACK="true")
# FiftyOne's importers need no database, but ask for the address of one.
os.environ.setdefault("FIFTYONE_DATABASE_URI", "mongodb://127.0.0.1:9")
truth = json.load(open(f"{root}/truth.json"))
labeled = {sha: label for sha, label in truth["images"].items() if label is not None}
at = lambda *parts: os.path.join(root, *parts)
sha = lambda data: hashlib.sha256(data).hexdigest()
sha_of = lambda path: sha(open(path, "rb").read())
checks = []


def check(format, consumer, package):
    def register(function):
        checks.append((format, consumer, package, function))
        return function
    return register


def same(found, expected):
    wrong = [key for key in expected if found.get(key, "missing") != expected[key]]
    extra = [key for key in found if key not in expected]
    assert not wrong and not extra, f"{len(wrong)} wrong, {len(extra)} extra of {len(expected)}: {[(k[:8], found.get(k), expected[k]) for k in wrong[:3]]}"
    return len(expected)


def splits(counts):
    assert {"train", "test"} <= set(counts) and all(counts.values()), f"splits {counts}"


@check("folders", "torchvision ImageFolder", "torchvision")
def _():
    from torchvision.datasets import ImageFolder
    found, folders = {}, {}
    for row in csv.DictReader(open(at("folders", "labels.csv"), encoding="utf8", newline="")):
        folders[row["file"].split("/")[1]] = row["label"]
    for part in ("train", "val", "test"):
        data = ImageFolder(at("folders", part))
        assert data.classes == open(at("folders", "classes.txt"), encoding="utf8").read().splitlines()
        for path, index in data.samples:
            found[sha_of(path)] = folders[data.classes[index]]
        data[0]
    return same(found, labeled)


@check("ultralytics", "Ultralytics ClassificationDataset", "ultralytics")
def _():
    from ultralytics.cfg import get_cfg
    from ultralytics.data.dataset import ClassificationDataset
    from ultralytics.data.utils import check_cls_dataset
    data = check_cls_dataset(at("ultralytics"))
    assert data["nc"] == 3, data
    folders = {row["file"].split("/")[1]: row["label"] for row in csv.DictReader(open(at("ultralytics", "labels.csv"), encoding="utf8", newline=""))}
    found = {}
    for part in ("train", "val", "test"):
        dataset = ClassificationDataset(str(data[part]), args=get_cfg(), augment=False)
        for sample in dataset.samples:
            found[sha_of(sample[0])] = folders[data["names"][sample[1]]]
        dataset[0]
    return same(found, labeled)


def hugging_face(folder, declared=False):
    import datasets
    datasets.disable_progress_bars()
    # Of an imagefolder the class numbers are declared in its README.
    features = datasets.load_dataset_builder(folder).info.features if declared else None
    found, counts = {}, {}
    for part, data in datasets.load_dataset(folder, features=features, cache_dir=tempfile.mkdtemp()).items():
        names = data.features["label"].names
        assert names == truth["classes"], names
        data[0]["image"].load()
        for row in data.cast_column("image", datasets.Image(decode=False)):
            image = row["image"]
            found[sha(image["bytes"] or open(image["path"], "rb").read())] = None if row["label"] is None else names[row["label"]]
        counts[part] = len(data)
    splits(counts)
    return same(found, truth["images"])


@check("imagefolder", "datasets load_dataset", "datasets")
def _():
    return hugging_face(at("imagefolder"), declared=True)


@check("parquet", "datasets load_dataset", "datasets")
def _():
    return hugging_face(at("parquet"))


@check("parquet", "pyarrow", "pyarrow")
def _():
    import pyarrow.parquet as pq
    found = {}
    for path in glob.glob(at("parquet", "data", "*.parquet")):
        table = pq.read_table(path)
        names = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]["label"]["names"]
        for row in table.to_pylist():
            found[sha(row["image"]["bytes"])] = None if row["label"] is None else names[row["label"]]
    return same(found, truth["images"])


@check("croissant", "mlcroissant", "mlcroissant")
def _():
    import mlcroissant as mlc
    data = mlc.Dataset(jsonld=at("croissant", "croissant.json"))
    found = {}
    for record in data.records("samples"):
        text = lambda name: record[f"samples/{name}"].decode() if isinstance(record[f"samples/{name}"], bytes) else record[f"samples/{name}"]
        label = text("label")
        assert record["samples/image"].size[1] == 20
        found[text("sha256")] = label if isinstance(label, str) and label else None
    return same(found, truth["images"])


@check("webdataset", "webdataset", "webdataset")
def _():
    import webdataset as wds
    names = json.load(open(at("webdataset", "classes.json"), encoding="utf8"))
    found, counts = {}, {}
    for path in sorted(glob.glob(at("webdataset", "*.tar"))):
        part = os.path.basename(path).split("-")[0]
        for sample in wds.WebDataset(path, shardshuffle=False, empty_check=False).decode("pil"):
            about = sample["json"]
            image = sample.get("jpg") or sample.get("png")
            assert image.size[1] == 20
            found[about["sha256"]] = names[sample["cls"]] if "cls" in sample else None
            counts[part] = counts.get(part, 0) + 1
    splits(counts)
    return same(found, truth["images"])


@check("tfrecord (slim)", "TensorFlow", "tensorflow-cpu")
def _():
    import tensorflow as tf
    spec = {key: tf.io.FixedLenFeature([], type) for key, type in {"image/encoded": tf.string, "image/format": tf.string, "image/class/label": tf.int64,
            "image/class/text": tf.string, "image/filename": tf.string, "image/height": tf.int64, "image/width": tf.int64}.items()}
    found, names = {}, set()
    for record in tf.data.TFRecordDataset(sorted(glob.glob(at("tfrecord", "*.tfrecord")))):
        row = tf.io.parse_single_example(record, spec)
        image = tf.io.decode_image(row["image/encoded"])
        assert image.shape[:2] == (row["image/height"].numpy(), row["image/width"].numpy())
        text, number = row["image/class/text"].numpy().decode(), int(row["image/class/label"])
        assert (truth["classes"][number] if number >= 0 else "") == text
        found[sha(row["image/encoded"].numpy())] = text or None
    return same(found, truth["images"])


@check("tfrecord (fiftyone)", "TensorFlow", "tensorflow-cpu")
def _():
    import tensorflow as tf
    spec = {key: tf.io.FixedLenFeature([], type) for key, type in {"image_bytes": tf.string, "format": tf.string, "label": tf.string, "filename": tf.string,
            "height": tf.int64, "width": tf.int64, "depth": tf.int64}.items()}
    found = {}
    for record in tf.data.TFRecordDataset(sorted(glob.glob(at("tfrecord1", "*.tfrecord")))):
        row = tf.io.parse_single_example(record, spec)
        assert tf.io.decode_image(row["image_bytes"]).shape[2] == row["depth"].numpy()
        found[sha(row["image_bytes"].numpy())] = row["label"].numpy().decode() or None
    return same(found, truth["images"])


@check("coco", "pycocotools", "pycocotools")
def _():
    from pycocotools.coco import COCO
    found, counts = {}, {}
    for path in glob.glob(at("coco", "annotations", "*.json")):
        part = os.path.basename(path)[len("instances_"):-len(".json")]
        coco = COCO(path)
        for id, image in coco.imgs.items():
            names = [coco.cats[one["category_id"]]["name"] for one in coco.loadAnns(coco.getAnnIds(imgIds=id))]
            found[sha_of(at("coco", "images", part, image["file_name"]))] = names[0] if names else None
        counts[part] = len(coco.imgs)
    splits(counts)
    return same(found, truth["images"])


def datumaro(folder, format):
    from datumaro.components.dataset import Dataset
    from datumaro.components.annotation import Label, Bbox
    data = Dataset.import_from(folder, format)
    names = data.categories()[next(iter(data.categories()))]
    return data, lambda item: sorted({names[one.label].name for one in item.annotations if isinstance(one, (Label, Bbox))})


@check("coco", "Datumaro", "datumaro")
def _():
    data, labels_of = datumaro(at("coco"), "coco")
    found = {}
    for item in data:
        found[sha(item.media.bytes if getattr(item.media, "bytes", None) else open(item.media.path, "rb").read())] = (labels_of(item) or [None])[0]
    return same(found, truth["images"])


@check("cvat-images", "Datumaro (cvat)", "datumaro")
def _():
    # Datumaro wants the images beside the annotations; CVAT has them in its task.
    folder = tempfile.mkdtemp()
    shutil.copy(at("cvat-images", "annotations.xml"), folder)
    shutil.copytree(at("images"), os.path.join(folder, "images"))
    data, labels_of = datumaro(folder, "cvat")
    found = {}
    for item in data:
        found[item.id] = (labels_of(item) or [None])[0]
    return same(found, {os.path.splitext(path)[0]: label for path, label in truth["paths"].items()})


@check("cvat-imagenet", "Datumaro (imagenet)", "datumaro")
def _():
    folder = tempfile.mkdtemp()
    for path in glob.glob(at("cvat-imagenet", "*.zip")):
        zipfile.ZipFile(path).extractall(os.path.join(folder, os.path.basename(path)[:-4]))
    found = {}
    for part in os.listdir(folder):
        data, labels_of = datumaro(os.path.join(folder, part), "imagenet")
        for item in data:
            found[sha_of(item.media.path)] = labels_of(item)[0].replace("_鯉", "/鯉")
    return same(found, labeled)


@check("cvat-imagenet (annotations)", "Datumaro (imagenet_txt)", "datumaro")
def _():
    data, labels_of = datumaro(at("cvat-imagenet1"), "imagenet_txt")
    found = {item.id: labels_of(item)[0] for item in data}
    return same(found, {os.path.splitext(path)[0]: label for path, label in truth["paths"].items() if label})


@check("label-studio", "label-studio-sdk converter", "label-studio-sdk")
def _():
    from label_studio_sdk.converter import Converter
    from label_studio_sdk.label_interface import LabelInterface
    config = open(at("label-studio", "label_config.xml"), encoding="utf8").read()
    LabelInterface(config).validate()
    out = tempfile.mkdtemp()
    Converter(config, project_dir=None, download_resources=False).convert_to_json_min(at("label-studio", "tasks.json"), out, is_dir=False)
    rows = json.load(open(os.path.join(out, "result.json"), encoding="utf8"))
    return same({row["path"]: row.get("choice") for row in rows if row.get("choice")}, {path: label for path, label in truth["paths"].items() if label})


@check("fiftyone", "FiftyOne importer", "fiftyone")
def _():
    from fiftyone.utils.data.importers import FiftyOneImageClassificationDatasetImporter
    found = {}
    for part in ("train", "val", "test", "unlabeled"):
        with FiftyOneImageClassificationDatasetImporter(dataset_dir=at("fiftyone", part)) as importer:
            for path, _, label in importer:
                found[sha_of(path)] = label.label if label else None
    return same(found, truth["images"])


def copied(text):
    """Paths of the originals, which are gone, as those of their copies."""
    for root in truth["roots"]:
        text = text.replace(root, at("images"))
    return text


def lightly_train(folder, task):
    from lightly_train._data.image_classification_dataset import ImageClassificationDataArgs
    classes = {int(key): name for key, name in json.load(open(os.path.join(folder, "classes.json"), encoding="utf8")).items()}
    tables = {}
    for part in ("train", "val", "test"):
        tables[part] = os.path.join(tempfile.mkdtemp(), f"{part}.csv")
        text = open(os.path.join(folder, f"{part}.csv"), encoding="utf8", newline="").read()
        open(tables[part], "w", encoding="utf8", newline="").write(copied(text))
    found, counts = {}, {}
    for part in tables:
        asked = ImageClassificationDataArgs(train=tables[part], val=tables["val"], classes=classes, classification_task=task)
        for row in asked.get_train_args().list_image_info():
            found[sha_of(row["image_path"])] = sorted(classes[int(one)] for one in row["class_id"].split(","))
            counts[part] = counts.get(part, 0) + 1
    splits(counts)
    return found


@check("lightly-train", "LightlyTrain", "lightly-train")
def _():
    return same(lightly_train(at("lightly-train"), "multiclass"), {sha: [label] for sha, label in labeled.items()})


def lightly_studio(path):
    import ast, importlib.util
    package = importlib.util.find_spec("lightly_studio").submodule_search_locations[0]
    # Its own list of columns, without the server that the package loads.
    tree = ast.parse(open(os.path.join(package, "export", "classification_csv.py")).read())
    columns = next(list(ast.literal_eval(one.value)) for one in tree.body if isinstance(one, ast.Assign) and one.targets[0].id == "CSV_FIELDNAMES")
    reader = csv.DictReader(open(path, encoding="utf-8", newline=""))
    assert reader.fieldnames == columns, reader.fieldnames
    found = {}
    for row in reader:
        found.setdefault(sha_of(copied(row["file_path_abs"])), []).append(row["class_name"])
    return {sha: sorted(names) for sha, names in found.items()}


@check("lightly-studio", "LightlyStudio (columns)", "lightly-studio")
def _():
    return same(lightly_studio(at("lightly-studio.csv")), {sha: [label] for sha, label in labeled.items()})


@check("camtrap-dp", "frictionless", "frictionless")
def _():
    from frictionless import Package
    # The profile is checked by its schema on the network; tables, keys and types are checked here.
    descriptor = json.load(open(at("camtrap-dp", "datapackage.json"), encoding="utf8"))
    descriptor.pop("profile")
    report = Package.from_descriptor(descriptor, basepath=at("camtrap-dp")).validate()
    assert report.valid, report.flatten(["title", "message"])[:3]
    observations = list(csv.DictReader(open(at("camtrap-dp", "observations.csv"), encoding="utf8", newline="")))
    media = {row["mediaID"]: row["filePath"] for row in csv.DictReader(open(at("camtrap-dp", "media.csv"), encoding="utf8", newline=""))}
    return same({media[row["mediaID"]]: row["scientificName"] or None for row in observations}, truth["paths"])


@check("xmp", "exiftool", None)
def _():
    out = subprocess.run(["exiftool", "-json", "-r", "-ext", "xmp", "-charset", "filename=utf8", "-Subject", "-TagsList", "-HierarchicalSubject", at("xmp")],
                         capture_output=True, check=True).stdout
    found = {}
    for row in json.loads(out):
        one = lambda value: value[0] if isinstance(value, list) else value
        path = os.path.relpath(row["SourceFile"], at("xmp"))[:-len(".xmp")]
        found[path] = one(row["TagsList"])
        assert one(row["Subject"]) == found[path].split("/")[-1] and one(row["HierarchicalSubject"]) == found[path].replace("/", "|")
    return same(found, {path: label for path, label in truth["paths"].items() if label})


# Several labels an image: the same images with a second label on every other one.
more = lambda *parts: at("several", *parts)
with_some = lambda expected: {key: labels for key, labels in expected.items() if labels}


@check("imagefolder, several labels", "datasets load_dataset", "datasets")
def _():
    return hugging_face_several(more("imagefolder"), declared=True)


@check("parquet, several labels", "datasets load_dataset", "datasets")
def _():
    return hugging_face_several(more("parquet"))


def hugging_face_several(folder, declared=False):
    import datasets
    features = datasets.load_dataset_builder(folder).info.features if declared else None
    found = {}
    for data in datasets.load_dataset(folder, features=features, cache_dir=tempfile.mkdtemp()).values():
        names = data.features["labels"].feature.names
        for row in data.cast_column("image", datasets.Image(decode=False)):
            image = row["image"]
            found[sha(image["bytes"] or open(image["path"], "rb").read())] = sorted(names[one] for one in row["labels"] or [])
    return same(found, truth["several"])


@check("croissant, several labels", "mlcroissant", "mlcroissant")
def _():
    import mlcroissant as mlc
    found = {}
    for record in mlc.Dataset(jsonld=more("croissant", "croissant.json")).records("samples"):
        text = lambda name: record[f"samples/{name}"].decode() if isinstance(record[f"samples/{name}"], bytes) else record[f"samples/{name}"]
        label = text("label")
        found.setdefault(text("sha256"), []).extend([label] if isinstance(label, str) and label else [])
    return same({key: sorted(labels) for key, labels in found.items()}, truth["several"])


@check("webdataset, several labels", "webdataset", "webdataset")
def _():
    import webdataset as wds
    found = {}
    for path in glob.glob(more("webdataset", "*.tar")):
        for sample in wds.WebDataset(path, shardshuffle=False, empty_check=False).decode("pil"):
            found[sample["json"]["sha256"]] = sorted(one["label"] for one in sample["json"]["labels"])
    return same(found, truth["several"])


@check("coco, several labels", "pycocotools", "pycocotools")
def _():
    from pycocotools.coco import COCO
    found = {}
    for path in glob.glob(more("coco", "annotations", "*.json")):
        part = os.path.basename(path)[len("instances_"):-len(".json")]
        coco = COCO(path)
        for id, image in coco.imgs.items():
            names = [coco.cats[one["category_id"]]["name"] for one in coco.loadAnns(coco.getAnnIds(imgIds=id))]
            found[sha_of(more("coco", "images", part, image["file_name"]))] = sorted(names)
    return same(found, truth["several"])


@check("cvat-images, several labels", "Datumaro (cvat)", "datumaro")
def _():
    folder = tempfile.mkdtemp()
    shutil.copy(more("cvat-images", "annotations.xml"), folder)
    shutil.copytree(at("images"), os.path.join(folder, "images"))
    data, labels_of = datumaro(folder, "cvat")
    return same({item.id: labels_of(item) for item in data}, {os.path.splitext(path)[0]: labels for path, labels in truth["severalByPath"].items()})


@check("fiftyone, several labels", "FiftyOne importer", "fiftyone")
def _():
    from fiftyone.utils.data.importers import FiftyOneImageClassificationDatasetImporter
    found = {}
    for part in ("train", "val", "test", "unlabeled"):
        with FiftyOneImageClassificationDatasetImporter(dataset_dir=more("fiftyone", part)) as importer:
            for path, _, label in importer:
                found[sha_of(path)] = sorted(one.label for one in label.classifications) if label else []
    return same(found, truth["several"])


@check("label-studio, several labels", "label-studio-sdk converter", "label-studio-sdk")
def _():
    from label_studio_sdk.converter import Converter
    config = open(more("label-studio", "label_config.xml"), encoding="utf8").read()
    out = tempfile.mkdtemp()
    Converter(config, project_dir=None, download_resources=False).convert_to_json_min(more("label-studio", "tasks.json"), out, is_dir=False)
    choices = lambda row: row["choice"]["choices"] if isinstance(row["choice"], dict) else [row["choice"]]
    rows = json.load(open(os.path.join(out, "result.json"), encoding="utf8"))
    return same({row["path"]: sorted(choices(row)) for row in rows if row.get("choice")}, with_some(truth["severalByPath"]))


@check("lightly-train, several labels", "LightlyTrain", "lightly-train")
def _():
    return same(lightly_train(more("lightly-train"), "multilabel"), with_some(truth["several"]))


@check("lightly-studio, several labels", "LightlyStudio (columns)", "lightly-studio")
def _():
    return same(lightly_studio(more("lightly-studio.csv")), with_some(truth["several"]))


@check("camtrap-dp, several labels", "frictionless", "frictionless")
def _():
    from frictionless import Package
    descriptor = json.load(open(more("camtrap-dp", "datapackage.json"), encoding="utf8"))
    descriptor.pop("profile")
    package = Package.from_descriptor(descriptor, basepath=more("camtrap-dp"))
    report = package.validate()
    assert report.valid, report.flatten(["title", "message"])[:3]
    media = {row["mediaID"]: row["filePath"] for row in package.get_resource("media").read_rows()}
    found = {}
    for row in package.get_resource("observations").read_rows():
        found.setdefault(media[row["mediaID"]], []).extend([row["scientificName"]] if row["scientificName"] else [])
    return same({path: sorted(labels) for path, labels in found.items()}, truth["severalByPath"])


@check("xmp, several labels", "exiftool", None)
def _():
    out = subprocess.run(["exiftool", "-json", "-r", "-ext", "xmp", "-charset", "filename=utf8", "-TagsList", more("xmp")], capture_output=True, check=True).stdout
    tags = lambda row: row["TagsList"] if isinstance(row["TagsList"], list) else [row["TagsList"]]
    return same({os.path.relpath(row["SourceFile"], more("xmp"))[:-len(".xmp")]: sorted(tags(row)) for row in json.loads(out)}, with_some(truth["severalByPath"]))


@check("onnx", "onnxruntime", "onnxruntime")
def _():
    import numpy as np
    import onnxruntime as ort
    session = ort.InferenceSession(at("onnx", "classifier.onnx"), providers=["CPUExecutionProvider"])
    (probabilities,) = session.run(["probabilities"], {"image": np.eye(3, dtype=np.float32)})
    classes = open(at("onnx", "classes.txt"), encoding="utf8").read().splitlines()
    assert probabilities.shape == (3, len(classes)) and np.allclose(probabilities.sum(1), 1)
    assert classes == truth["classes"]
    return 3


@check("checksums", "sha256sum", None)
def _():
    count = 0
    for sums in glob.glob(at("*", "SHA256SUMS")):
        for line in open(sums, encoding="utf8"):
            expected, path = line.rstrip("\n").split("  ", 1)
            assert sha_of(os.path.join(os.path.dirname(sums), path)) == expected, path
            count += 1
    return count


def version(package):
    if package is None:
        return ""
    return importlib.metadata.version(package)


for format, consumer, package, function in [one for one in checks if not sys.argv[2:] or one[0] in sys.argv[2:]]:
    result = {"format": format, "consumer": consumer}
    try:
        result["version"] = version(package) or (subprocess.run(["exiftool", "-ver"], capture_output=True, text=True).stdout.strip() if consumer == "exiftool" else "")
    except (importlib.metadata.PackageNotFoundError, FileNotFoundError):
        print(json.dumps({**result, "version": "", "state": "missing", "detail": "not installed"}), flush=True)
        continue
    try:
        with open(os.devnull, "w") as quiet:
            sys.stdout, kept = quiet, sys.stdout
            try:
                count = function()
            finally:
                sys.stdout = kept
        print(json.dumps({**result, "state": "passed", "detail": f"{count} as expected"}), flush=True)
    except FileNotFoundError as cause:
        state = "missing" if consumer == "exiftool" and "exiftool" in str(cause) else "failed"
        print(json.dumps({**result, "state": state, "detail": str(cause)[:300]}), flush=True)
    except BaseException as cause:
        print(json.dumps({**result, "state": "failed", "detail": f"{type(cause).__name__}: {cause}"[:400]}), flush=True)
