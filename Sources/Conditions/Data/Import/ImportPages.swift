import Kernel
import Store
import Tabular
import Web

/// What came in, and how fresh each feed is.
struct ImportListPage {
  let runs: [ImportRun]
  let feeds: [Feed]
  let coverage: [ID<Feed>: FeedCoverage]
  let waiting: [ImportDraft]
  let visit: Visit

  var html: HTML {
    Shell.page(
      title: "Imports", path: "/imports", viewer: visit.viewer,
      actions: LinkButton("Import a file", "/imports/new", weight: .primary, icon: "upload").html,
      body: "\(waitingTable)\(feedTable)\(runTable)")
  }

  private var waitingTable: HTML {
    guard !waiting.isEmpty else { return HTML() }
    let viewer = visit.viewer
    return """
      <section><h2>Waiting for you</h2>\(ListTable(
        "\(viewer.format.count(waiting.count, "file", "files")) that nothing was decided about; each is kept \(ImportDraft.days) days",
        rows: waiting,
        columns: [
          .init("File", onCard: .title) { "<a href=\"/imports/drafts/\($0.id)\">\($0.fileName)</a>" },
          .init("Feed", onCard: .fact) { "\($0.order.feed)" }, .init("Sent by") { "\($0.by)" },
          .init("When", onCard: .fact) { viewer.time($0.createdAt) },
        ],
        state: ListState(path: "/imports"), empty: EmptyState("No files", reason: "")))</section>
      """
  }

  private var feedTable: HTML {
    guard !feeds.isEmpty else { return HTML() }
    let viewer = visit.viewer
    return """
      <section><h2>Feeds</h2>\(ListTable(
        "\(viewer.format.count(feeds.count, "feed", "feeds"))", rows: feeds,
        columns: [
          .init("Feed", onCard: .title) { "\($0.name)" }, .init("Brings", onCard: .fact) { "\(words: $0.subject.word)" },
          .init("Last import", onCard: .fact) { feed in
            feed.lastImport.map { viewer.time($0) } ?? "none yet"
          },
          .init("Days covered", onCard: .fact) { cover($0) }, .init("Gaps", onCard: .fact) { gaps($0) },
        ],
        state: ListState(path: "/imports"), empty: EmptyState("No feeds", reason: "")))</section>
      """
  }

  private func cover(_ feed: Feed) -> HTML {
    guard let days = coverage[feed.id]?.days, let first = days.first, let last = days.last else { return "" }
    return "\(visit.viewer.format.period(Period(first: first.day, last: last.day)))"
  }

  private func gaps(_ feed: Feed) -> HTML {
    guard let gaps = coverage[feed.id]?.gaps, coverage[feed.id]?.days.isEmpty == false else { return "" }
    guard let longest = gaps.max(by: { $0.days < $1.days }) else { return Badge("none", .good).html }
    let format = visit.viewer.format
    return "\(Badge(format.count(gaps.count, "gap", "gaps"), .watch)) the longest \(format.period(longest))"
  }

  private var runTable: HTML {
    let viewer = visit.viewer
    return """
      <section><h2>Files</h2>\(ListTable(
        "The newest \(runs.count)", rows: runs,
        columns: [
          .init("File", onCard: .title) { "<a href=\"/imports/\($0.id)\">\($0.fileName)</a>" },
          .init("Feed") { "\($0.feedName)" }, .init("When", onCard: .fact) { viewer.time($0.startedAt) },
          .init("Rows", isNumber: true) { "\(viewer.format.count($0.read))" },
          .init("Loaded", isNumber: true) { "\(viewer.format.count($0.loaded))" },
          .init("Refused", isNumber: true) { "\(viewer.format.count($0.rejected))" },
          .init("How it stands", onCard: .fact) { ImportStanding($0).badge.html },
        ],
        state: ListState(path: "/imports"),
        empty: EmptyState(
          "Nothing came in yet", reason: "Send a file of purchases, one row for each order or line.", icon: "upload",
          action: LinkButton("Import a file", "/imports/new", weight: .primary).html)))</section>
      """
  }
}

/// How an import stands, in a word.
struct ImportStanding {
  let badge: Badge

  init(_ run: ImportRun) {
    if run.undoneAt != nil {
      badge = Badge("Taken back", .neutral)
      return
    }
    badge =
      switch run.state {
      case .running: Badge("Running", .note)
      case .finished: run.rejected > 0 ? Badge("Some rows refused", .watch) : Badge("All rows in", .good)
      case .failed: Badge("Refused", .bad)
      case .interrupted: Badge("Interrupted", .watch)
      }
  }
}

/// The form to send a file.
struct ImportForm {
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    Shell.page(
      title: "Import a file", path: "/imports", viewer: visit.viewer, crumbs: [Crumb("Imports", "/imports")],
      lead: """
        Excel, CSV or address cards, as your shop, till or address book writes them. You see how a file is understood before anything comes in; \
        the same file twice changes nothing, and a whole import can be taken back.
        """, width: .narrow,
      body: Form(
        action: "/imports/drafts", csrf: visit.viewer.csrf, submit: "Look at it",
        fields: [
          Field("file", "File", .file(accept: ".csv,.tsv,.txt,.gz,.xlsx,.vcf,text/csv"), isRequired: true),
          Field(
            "source", "Source", .text,
            hint: "Where it comes from, such as Web shop. A known one is read as its last file was; empty to find out.",
            placeholder: "Web shop"),
        ], values: visit.fields.dictionary, problems: problem.map { [$0] } ?? [], cancel: "/imports",
        aside: """
          <button type="submit" class="btn" formaction="/imports" name="now" value="1">Import at once</button>
          """
      ).html)
  }
}

/// A file looked at before it comes in.
struct ImportPreviewPage {
  let preview: ImportPreview
  let visit: Visit

  var html: HTML {
    let format = visit.viewer.format
    return Shell.page(
      title: "A look at \(preview.fileName)", path: "/imports", viewer: visit.viewer,
      crumbs: [Crumb("Imports", "/imports"), Crumb("Import a file", "/imports/new")],
      lead: """
        \(format.count(preview.read, "row", "rows")): \(format.count(preview.good)) can be taken, \
        \(format.count(preview.rejected)) cannot. Nothing was changed.
        """,
      actions: LinkButton("Send the file", "/imports/new", weight: .primary, icon: "upload").html,
      body: "\(understood)\(sample)\(rejects)")
  }

  private var understood: HTML {
    """
    <section class="vc-card"><h2 class="vc-card-title">How it was understood</h2><ul>\
    \(preview.sentences.html { "<li>\(words: $0)</li>" })</ul></section>
    """
  }

  private var sample: HTML {
    """
    <section class="vc-card"><h2 class="vc-card-title">The first rows</h2><div class="table-responsive">\
    <table class="table"><thead><tr>\(preview.columns.html { column in
      "<th scope=\"col\">\(column.header)<br><span class=\"text-secondary\">\(column.role ?? "left alone")</span></th>"
    })</tr></thead><tbody>\(preview.sample.html { row in "<tr>\(row.html { "<td>\($0)</td>" })</tr>" })</tbody>\
    </table></div></section>
    """
  }

  private var rejects: HTML {
    guard !preview.rejects.isEmpty else { return HTML() }
    return """
      <section class="vc-card"><h2 class="vc-card-title">The first rows that cannot be taken</h2><ul>\
      \(preview.rejects.html { "<li>\(words: $0.sentence) <code>\($0.original)</code></li>" })</ul></section>
      """
  }
}

/// One import: what became of its rows, and what can be done about those that were refused.
struct ImportPage {
  let run: ImportRun
  let rejects: [ImportReject]
  let job: Job?
  let subject: ImportOrder.Subject
  let visit: Visit

  private var format: Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: run.fileName, path: "/imports", viewer: visit.viewer, crumbs: [Crumb("Imports", "/imports")], lead: lead,
      actions: run.state == .finished && run.undoneAt == nil
        ? "\(PostButton("Undo the import", action: "/imports/\(run.id)/undo", csrf: visit.viewer.csrf, icon: "arrow-back-up")) \(onward)"
        : HTML(),
      refresh: job == nil ? nil : 2, body: "\(progress)\(refused)\(counts)\(mending)\(understood)")
  }

  /// Where to go on with what came in.
  private var onward: LinkButton {
    subject == .customers
      ? LinkButton("Open the customers", "/customers", weight: .primary)
      : LinkButton("Open Concentration", "/portfolio/concentration", weight: .primary)
  }

  private var lead: HTML {
    "\(ImportStanding(run).badge) by the feed “\(run.feedName)”, sent by \(run.by) \(visit.viewer.time(run.startedAt))."
  }

  private var progress: HTML {
    guard let job else { return HTML() }
    return ProgressBar(
      job.state == .queued ? "Waiting for its turn" : "Coming in", share: job.progress, words: job.note,
      events: "/jobs/\(job.id)/events",
      cancel: PostButton("Cancel", action: "/jobs/\(job.id)/cancellation", csrf: visit.viewer.csrf, weight: .quiet)
    ).html
  }

  private var refused: HTML {
    guard let problem = run.problem else { return HTML() }
    return "<div class=\"alert alert-danger\" role=\"alert\">\(problem) Nothing else was changed.</div>"
  }

  private var counts: HTML {
    let rows: [(String, Int, HTML)] = [
      ("read", run.read, ""), ("loaded", run.loaded, "new"),
      ("merged", run.merged, merged),
      ("refused", run.rejected, run.rejected > 0 ? "kept below until they are mended" : ""),
    ]
    return """
      <section class="vc-card"><dl class="vc-facts">\
      \(rows.html { "<div><dt>\(words: "Rows \($0.0)")</dt><dd>\(words: "\(format.count($0.1)) \($0.0)") <span class=\"text-secondary\">\($0.2)</span></dd></div>" })\
      \(days)</dl></section>
      """
  }

  private var merged: HTML {
    var parts: [HTML] = []
    if run.corrected > 0 { parts.append("\(format.count(run.corrected)) of them corrected what was there") }
    if run.skipped > 0 {
      parts.append("\(format.count(run.skipped)) of them were there already and stayed as they were")
    }
    return parts.isEmpty ? "known already" : HTML.joined(parts, separator: ", ")
  }

  private var days: HTML {
    guard let first = run.firstDay, let last = run.lastDay else { return HTML() }
    return "<div><dt>Days</dt><dd>\(format.period(Period(first: first, last: last)))</dd></div>"
  }

  private var mending: HTML {
    let open = rejects.filter { $0.repairedBy == nil && !$0.original.isEmpty }
    guard !rejects.isEmpty, run.undoneAt == nil else { return HTML() }
    let fields = open.prefix(50).map { reject in
      Field(
        "row[\(reject.line)]", "Line \(reject.line)", .text, value: reject.original,
        hint: "\(when: !reject.field.isEmpty, "\(reject.field): ")\(reject.reason)")
    }
    return """
      <section><h2>Rows that were refused</h2>\
      <p>\(format.count(open.count)) of \(format.count(rejects.count)) still wait. Mend them here, or \
      <a href="/imports/\(run.id)/rejects.csv" download>take them as a file</a>.</p>\
      \(when: !open.isEmpty, Form(
        action: "/imports/\(run.id)/repairs", csrf: visit.viewer.csrf, submit: "Import the mended rows",
        fields: fields).html)</section>
      """
  }

  private var understood: HTML {
    guard let sentences = run.shape.sentences, !sentences.isEmpty else { return HTML() }
    return """
      <section class="vc-card"><h2 class="vc-card-title">How the file was understood</h2><ul>\
      \(sentences.html { "<li>\(words: $0)</li>" })</ul></section>
      """
  }
}
