extension Preset {
  /// The published settings, a section for each of the paper's configuration files. `common` holds for all rows of a
  /// section.
  static let sections = [
    Section(
      model: "appnp", source: "small_benchmark/conf/model/appnp.yaml",
      common: "hidden=64 outer-weight-decay=0 epochs=600 repeats=20",
      rows: """
        graph            parts batch layers alpha dropout lr   decay  clip
        cora             4     2     10     0.1   0.5     0.01 0.005  -
        citeseer         24    6     10     0.1   0.5     0.01 0.005  1
        pubmed           4     2     10     0.1   0.5     0.01 0.005  1
        coauthor-cs      32    16    10     0.2   0.5     0.01 0.005  -
        coauthor-physics 2     1     10     0.2   0.5     0.01 0.005  1
        amazon-computers 4     2     10     0.2   0.5     0.01 0.005  -
        amazon-photo     16    8     10     0.2   0.5     0.01 0.005  1
        wikics           4     2     2      0.11  0.4     0.02 0.0005 -
        """),
    Section(
      model: "gat", source: "small_benchmark/conf/model/gat.yaml",
      common: "layers=2 outer-weight-decay=0 epochs=400 repeats=20",
      rows: """
        graph            parts batch hidden heads out-heads dropout lr    decay  clip
        cora             40    10    8      8     1         0.6     0.005 0.0005 1
        citeseer         24    8     8      8     1         0.6     0.005 0.0005 -
        pubmed           4     1     8      8     8         0.6     0.01  0.001  -
        coauthor-cs      8     2     8      8     1         0.6     0.005 0.01   -
        coauthor-physics 4     1     8      8     1         0.6     0.005 0.01   -
        wikics           2     1     14     5     1         0.5     0.007 0.0005 -
        """),
    Section(
      model: "gcn", source: "small_benchmark/conf/model/gcn.yaml",
      common: "layers=2 outer-weight-decay=0 epochs=200 repeats=20",
      rows: """
        graph            parts batch hidden dropout lr   decay  clip
        cora             40    10    16     0.5     0.01 0.0005 1
        citeseer         24    8     16     0.5     0.01 0.0005 -
        pubmed           8     4     16     0.5     0.01 0.0005 1
        coauthor-cs      2     1     64     0.5     0.01 0.001  1
        coauthor-physics 4     2     64     0.5     0.01 0.001  -
        amazon-computers 32    16    64     0.5     0.01 0.001  1
        amazon-photo     32    16    64     0.5     0.01 0.001  -
        wikics           32    16    33     0.25    0.02 0.0005 1
        """),
    Section(
      model: "gcnii", source: "small_benchmark/conf/model/gcn2.yaml",
      common: "alpha=0.1 lr=0.01 outer-weight-decay=0.0005 repeats=10",
      rows: """
        graph            parts batch layers hidden theta dropout decay  clip epochs
        cora             2     1     64     64     0.5   0.6     0.01   -    1000
        citeseer         40    20    32     256    0.6   0.7     0.01   1    1000
        pubmed           4     2     16     256    0.4   0.5     0.0005 -    1000
        coauthor-cs      16    8     16     64     0.5   0.5     0.01   -    1000
        coauthor-physics 2     1     16     64     0.5   0.5     0.01   1    1000
        amazon-computers 32    16    16     64     0.5   0.2     0.01   1    300
        amazon-photo     4     2     16     64     0.5   0.5     0.01   1    1000
        wikics           4     2     4      128    0.5   0.5     0.0005 -    1000
        """),
    Section(
      model: "gcn", source: "large_benchmark/conf/model/gcn.yaml",
      common: "weight-decay=0 outer-weight-decay=0",
      rows: """
        graph    parts batch layers hidden dropout lr    epochs steps input norm  residual linear
        reddit   200   100   2      256    0.5     0.01  400    2     false false false    -
        ppi      20    2     2      1024   0       0.005 1000   10    false true  true     true
        flickr   24    12    2      256    0.3     0.01  400    2     true  true  false    -
        yelp     40    5     2      512    0       0.01  500    4     false false true     false
        arxiv    80    40    3      256    0.5     0.01  300    2     false true  false    -
        products 7     1     3      256    0.3     0.005 300    4     false false false    -
        """),
    Section(
      model: "gcnii", source: "large_benchmark/conf/model/gcn2.yaml",
      common: "weight-decay=0 outer-weight-decay=0",
      rows: """
        graph    parts batch layers hidden alpha theta dropout lr    clip epochs steps input norm  residual shared edges
        reddit   200   100   4      256    0.1   0.5   0.5     0.01  -    400    2     true  true  false    false  -
        ppi      20    2     9      2048   0.5   1     0.2     0.001 1    2000   10    true  false true     false  -
        arxiv    40    20    4      256    0.2   0.5   0.3     0.01  -    500    2     false true  false    true   -
        flickr   24    12    8      256    0.1   0.5   0.5     0.01  -    400    2     true  true  false    false  -
        yelp     40    5     2      512    0.2   0.5   0       0.01  -    500    4     false false false    false  -
        products 150   1     5      128    0.1   0.5   0       0.001 -    240    151   false false false    false  0.8
        """),
    Section(
      model: "pna", source: "large_benchmark/conf/model/pna.yaml",
      common: "weight-decay=0 outer-weight-decay=0 scalers=identity,amplification",
      rows: """
        graph    parts batch layers hidden dropout lr    clip epochs steps input norm  residual edges aggregators
        ppi      20    2     5      2048   0.2     0.001 1    300    10    true  true  true     -     mean
        arxiv    40    20    3      256    0.5     0.005 -    500    2     false true  false    -     mean
        flickr   24    12    4      64     0.5     0.005 -    500    2     true  true  false    -     mean,max
        yelp     40    5     3      512    0       0.005 1    400    4     false false true     -     mean
        products 150   1     3      256    0.3     0.001 -    150    151   false false false    0.8   mean
        """),
    Section(
      model: "pna-jk", source: "large_benchmark/conf/model/pna_jk.yaml",
      common: """
        weight-decay=0 outer-weight-decay=0 \
        drop-input=true batch-norm=true residual=true aggregators=mean,max scalers=identity,amplification
        """,
      rows: """
        graph  parts batch layers hidden dropout lr    clip epochs steps
        reddit 200   100   3      128    0.5     0.005 1    400    2
        """),
  ]
}
