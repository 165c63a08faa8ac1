/** The database's shape, version by version; `user_version` counts the entries applied. Released entries never change. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

  -- One row per unique content. thumb_* locate the thumbnail in its pack file.
  CREATE TABLE sample (
    ordinal INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE,
    pixel_hash BLOB NOT NULL,
    width INTEGER NOT NULL, height INTEGER NOT NULL,
    format TEXT NOT NULL, bytes INTEGER NOT NULL,
    taken_at INTEGER, camera TEXT,
    notes TEXT NOT NULL DEFAULT '[]',
    thumb_pack INTEGER NOT NULL, thumb_offset INTEGER NOT NULL, thumb_bytes INTEGER NOT NULL, thumb_type TEXT NOT NULL
  );
  CREATE INDEX sample_pixel_hash ON sample (pixel_hash);

  -- One row per place. path is the bytes relative to the root; display is what a person reads.
  CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,
    display TEXT NOT NULL,
    bytes INTEGER NOT NULL, mtime_ms REAL NOT NULL,
    ordinal INTEGER NOT NULL REFERENCES sample (ordinal),
    present INTEGER NOT NULL DEFAULT 1
  );
  CREATE INDEX file_ordinal ON file (ordinal, present);

  CREATE TABLE quarantine (
    path BLOB PRIMARY KEY, display TEXT NOT NULL,
    code TEXT NOT NULL, reason TEXT NOT NULL, bytes INTEGER, mtime_ms REAL
  ) WITHOUT ROWID;

  CREATE TABLE class (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    color TEXT NOT NULL, key TEXT UNIQUE, created_at INTEGER NOT NULL
  );

  -- The log. Append-only: undone is the one derived flag.
  CREATE TABLE annotation (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    who TEXT NOT NULL CHECK (who IN ('person', 'handful')),
    what TEXT NOT NULL CHECK (what IN ('label', 'clear', 'accept', 'import', 'confirm', 'carry', 'undo', 'redo')),
    title TEXT NOT NULL,
    samples INTEGER NOT NULL,
    target INTEGER REFERENCES annotation (seq),
    undone INTEGER NOT NULL DEFAULT 0
  );
  -- What an entry says of which samples: ordinals as ascending delta varints.
  CREATE TABLE annotation_set (
    id INTEGER PRIMARY KEY,
    annotation INTEGER NOT NULL REFERENCES annotation (seq),
    class INTEGER REFERENCES class (id),
    cleared INTEGER NOT NULL DEFAULT 0,
    source TEXT NOT NULL,
    confirmed INTEGER NOT NULL DEFAULT 1,
    first INTEGER NOT NULL, last INTEGER NOT NULL,
    ordinals BLOB NOT NULL,
    confidences BLOB
  );
  CREATE INDEX annotation_set_annotation ON annotation_set (annotation);

  -- Projection of the log: the label in force. changed is the log entry that last touched the row.
  CREATE TABLE label (
    ordinal INTEGER PRIMARY KEY REFERENCES sample (ordinal),
    class INTEGER REFERENCES class (id),
    cleared INTEGER NOT NULL,
    source TEXT NOT NULL,
    confirmed INTEGER NOT NULL,
    confidence REAL,
    at INTEGER NOT NULL,
    changed INTEGER NOT NULL
  );
  CREATE INDEX label_changed ON label (changed);
  CREATE INDEX label_class ON label (class, source) WHERE cleared = 0;

  CREATE TABLE job (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL, title TEXT NOT NULL, params TEXT NOT NULL,
    state TEXT NOT NULL, progress TEXT, error TEXT, summary TEXT,
    created_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER
  );

  CREATE TABLE run (
    id TEXT PRIMARY KEY,
    task TEXT NOT NULL, parameters TEXT NOT NULL, seed INTEGER NOT NULL,
    input_size INTEGER NOT NULL, dimensions INTEGER,
    state TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL, seconds REAL,
    scores TEXT NOT NULL DEFAULT '{}', notes TEXT NOT NULL DEFAULT '[]'
  );

  -- 4,096 ordinals a chunk: bitmap of those present, float32 [4096, dimensions].
  CREATE TABLE embedding (
    run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    chunk INTEGER NOT NULL,
    present BLOB NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (run, chunk)
  );

  CREATE TABLE head (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE,
    method TEXT NOT NULL, classes TEXT NOT NULL, state TEXT NOT NULL,
    seq INTEGER NOT NULL, created_at INTEGER NOT NULL
  );
  -- Columns indexed by ordinal, in pieces of 1 MB.
  CREATE TABLE head_column (
    head INTEGER NOT NULL REFERENCES head (id) ON DELETE CASCADE,
    name TEXT NOT NULL, piece INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (head, name, piece)
  );
  `,
  `
  -- 1: asked because it was drawn uniformly, so that its answer is a fair sample.
  ALTER TABLE annotation_set ADD COLUMN drawn INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE label ADD COLUMN drawn INTEGER NOT NULL DEFAULT 0;
  `,
  // Several labels a sample, classes that can be taken away and come back, clusters that a person makes.
  `
  PRAGMA defer_foreign_keys = ON;

  -- slot: 0 in single-label projects; in multi-label ones the class spoken of, 0 for "unknown".
  -- cleared with at > 0: a person says that it is not so; with at = 0: nobody says anything (any more).
  CREATE TABLE label_by_slot (
    ordinal INTEGER NOT NULL REFERENCES sample (ordinal),
    slot INTEGER NOT NULL,
    class INTEGER REFERENCES class (id),
    cleared INTEGER NOT NULL,
    source TEXT NOT NULL,
    confirmed INTEGER NOT NULL,
    drawn INTEGER NOT NULL,
    confidence REAL,
    at INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    PRIMARY KEY (ordinal, slot)
  ) WITHOUT ROWID;
  INSERT INTO label_by_slot SELECT ordinal, 0, class, cleared, source, confirmed, drawn, confidence, at, changed FROM label;
  DROP TABLE label;
  ALTER TABLE label_by_slot RENAME TO label;
  CREATE INDEX label_changed ON label (changed);
  CREATE INDEX label_class ON label (class, source) WHERE cleared = 0;

  CREATE TABLE class_before AS SELECT * FROM class;
  DROP TABLE class;
  CREATE TABLE class (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL COLLATE NOCASE,
    color TEXT NOT NULL, key TEXT, created_at INTEGER NOT NULL,
    removed INTEGER NOT NULL DEFAULT 0
  );
  CREATE UNIQUE INDEX class_name ON class (name) WHERE removed = 0;
  CREATE UNIQUE INDEX class_key ON class (key) WHERE removed = 0;
  INSERT INTO class (id, uuid, name, color, key, created_at) SELECT id, uuid, name, color, key, created_at FROM class_before;
  DROP TABLE class_before;

  -- changes: rows of class and cluster before and after the act, as JSON.
  CREATE TABLE annotation_before AS SELECT * FROM annotation;
  DROP TABLE annotation;
  CREATE TABLE annotation (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    who TEXT NOT NULL CHECK (who IN ('person', 'handful')),
    what TEXT NOT NULL CHECK (what IN ('label', 'clear', 'accept', 'import', 'confirm', 'carry', 'class', 'cluster', 'undo', 'redo')),
    title TEXT NOT NULL,
    samples INTEGER NOT NULL,
    target INTEGER REFERENCES annotation (seq),
    undone INTEGER NOT NULL DEFAULT 0,
    changes TEXT NOT NULL DEFAULT '[]'
  );
  INSERT INTO annotation (seq, uuid, at, who, what, title, samples, target, undone)
    SELECT seq, uuid, at, who, what, title, samples, target, undone FROM annotation_before;
  DROP TABLE annotation_before;

  -- Not null: the set says of which cluster its samples are members, not what label they have.
  ALTER TABLE annotation_set ADD COLUMN cluster INTEGER;

  -- Clusters that a person made. horizon: samples from this ordinal on came later.
  CREATE TABLE cluster (
    id INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL UNIQUE,
    name TEXT,
    parent INTEGER,
    horizon INTEGER NOT NULL,
    removed INTEGER NOT NULL DEFAULT 0
  );
  -- Projection of the log: 0 the automatic clustering's, -1 of none, else a cluster's id.
  CREATE TABLE member (ordinal INTEGER PRIMARY KEY REFERENCES sample (ordinal), cluster INTEGER NOT NULL);
  CREATE INDEX member_cluster ON member (cluster);
  `,
  `
  -- An audit of a head as it was: its plan, and what came of it. Answers are labels of source audited in the annotation log.
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL UNIQUE,
    run TEXT NOT NULL,
    -- The annotation log's entry that the head was fitted at.
    seq INTEGER NOT NULL,
    -- Class UUIDs; guesses and thresholds index them.
    classes TEXT NOT NULL,
    plan TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- When the person ended it, and the verdict then.
    ended_at INTEGER, outcome TEXT
  );
  -- What a person is asked, in order.
  CREATE TABLE audit_draw (
    audit INTEGER NOT NULL REFERENCES audit (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    ordinal INTEGER NOT NULL REFERENCES sample (ordinal),
    ring INTEGER NOT NULL, class INTEGER NOT NULL,
    PRIMARY KEY (audit, position)
  ) WITHOUT ROWID;
  -- What the audit speaks of: uint32 ordinals, uint8 rings, uint16 classes, float32 confidences, in pieces of 1 MB.
  CREATE TABLE audit_column (
    audit INTEGER NOT NULL REFERENCES audit (id) ON DELETE CASCADE,
    name TEXT NOT NULL, piece INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (audit, name, piece)
  );
  `,
  `
  -- parts: a byte per ordinal: 1 train, 2 validation, 3 test, 0 none. name: the choices it was planned with, or 'imported'.
  CREATE TABLE split (name TEXT PRIMARY KEY, parts BLOB NOT NULL) WITHOUT ROWID;
  `,
  `
  ALTER TABLE sample ADD COLUMN perceptual_hash BLOB;
  `,
  `
  ALTER TABLE sample ADD COLUMN sharpness REAL;
  `,
]
