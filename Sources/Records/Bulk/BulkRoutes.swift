import Kernel
import Store
import Web

/// The acts on many records that were done, and the way to take one back.
package struct BulkRoutes: Sendable {
  let desk: RecordDesk
  let jobs: Jobs

  package init(_ desk: RecordDesk, jobs: Jobs) {
    self.desk = desk
    self.jobs = jobs
  }

  package static let path = "/bulk-runs"

  package var routes: [Route] {
    [
      Route(
        .get, BulkRoutes.path, .signedIn, "Acts on many records, newest first.",
        answer: .of([String: [BulkRun]].self)
      ) { visit in
        let runs = try await desk.bulks.recent(for: visit.actor)
        return .both(visit, json: ["rows": runs]) { BulkListPage(runs: runs, desk: desk, visit: visit).html }
      },
      Route(
        .get, "\(BulkRoutes.path)/{id}", .signedIn, "One act on many records, and how far it got.",
        answer: .of(BulkRun.self)
      ) { visit in
        let run = try await desk.bulks.find(visit.id(), for: visit.actor)
        if visit.face == .json { return .json(run) }
        var job: Job?
        if let work = run.undoJob ?? run.job { job = try? await jobs.find(ID(work), for: visit.actor) }
        return .page(BulkRunPage(run: run, job: job, desk: desk, visit: visit).html)
      },
      Route(
        .post, "\(BulkRoutes.path)/{id}/undoing", .signedIn, "Takes an act on many records back.",
        answer: .of(BulkRun.self)
      ) { visit in
        let run = try await desk.bulks.undo(visit.id(), in: ListSetting(visit.viewer), by: visit.actor)
        let isOver = run.state == .undone
        return .changed(
          visit,
          to: isOver && run.outdated == 0 ? try desk.catalogues.named(run.noun).path : "\(BulkRoutes.path)/\(run.id)",
          status: 201, json: run, flash: flash(run, visit))
      },
    ]
  }

  private func flash(_ run: BulkRun, _ visit: Visit) -> Flash {
    guard run.state == .undone else { return Flash(.note, "It is taken back in the background.") }
    guard run.outdated > 0 else { return Flash(.good, "Taken back.") }
    let format = visit.viewer.format
    return Flash(
      .watch, "\(format.count(run.restored)) taken back, \(format.count(run.outdated)) left: they were changed since.")
  }
}

/// How an act on many stands, in a word.
struct BulkStanding {
  let badge: Badge

  init(_ run: BulkRun) {
    badge =
      switch run.state {
      case .open: Badge("Running", .note)
      case .done: Badge("Done", .good)
      case .stopped: Badge("Stopped", .watch)
      case .undoing: Badge("Being taken back", .note)
      case .undoingStopped: Badge("Taken back in part", .watch)
      case .undone: Badge("Taken back", .neutral)
      }
  }
}

/// What was done to many records at once, newest first.
struct BulkListPage {
  let runs: [BulkRun]
  let desk: RecordDesk
  let visit: Visit

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "Acts on many", path: BulkRoutes.path, viewer: viewer,
      lead: "What was done to many records at once. Each can be taken back.",
      body: ListTable(
        "The newest \(runs.count)", rows: runs,
        columns: [
          .init("Act", onCard: .title) { run in
            "<a href=\"\(url: "\(BulkRoutes.path)/\(run.id)")\">\(BulkRunPage.title(run, desk))</a>"
          }, .init("Fields", onCard: .fact) { "\(BulkRunPage.fields($0, desk))" },
          .init("Records", isNumber: true, onCard: .fact) { "\(viewer.format.count($0.records))" },
          .init("By") { "\($0.by)" }, .init("When", onCard: .fact) { viewer.time($0.at) },
          .init("How it stands", onCard: .fact) { BulkStanding($0).badge.html },
        ], state: ListState(path: BulkRoutes.path),
        empty: EmptyState(
          "Nothing was done to many yet", reason: "Tick records of a list, then choose what is done to them.",
          icon: "checkbox", action: LinkButton("Customers", "/customers").html)
      ).html)
  }
}

/// One act on many records.
struct BulkRunPage {
  let run: BulkRun
  let job: Job?
  let desk: RecordDesk
  let visit: Visit

  static func title(_ run: BulkRun, _ desk: RecordDesk) -> String {
    "\(run.act.capitalized) \((try? desk.catalogues.named(run.noun).plural) ?? "records")".translated
  }

  /// The words for the fields it changed.
  static func fields(_ run: BulkRun, _ desk: RecordDesk) -> String {
    let known = (try? desk.catalogues.named(run.noun).fields) ?? []
    return run.fields.map { name in known.first { $0.name == name }?.label.translated ?? name }.joined(separator: ", ")
  }

  var html: HTML {
    let viewer = visit.viewer
    let catalogue = try? desk.catalogues.named(run.noun)
    let undo = PostButton("Take it back", action: "\(BulkRoutes.path)/\(run.id)/undoing", csrf: viewer.csrf)
    return Shell.page(
      title: BulkRunPage.title(run, desk), path: catalogue?.path ?? BulkRoutes.path, viewer: viewer,
      crumbs: [Crumb("Acts on many", BulkRoutes.path)],
      lead: "\(BulkStanding(run).badge) by \(run.by), \(viewer.time(run.at)).",
      actions: run.isUndoable ? undo.html : HTML(), refresh: job?.isOpen == true ? 2 : nil,
      body: """
        \(progress)<section class="vc-card"><dl class="vc-facts">\(facts.html { "<div><dt>\(words: $0.0)</dt><dd>\($0.1)</dd></div>" })</dl></section>\
        \(catalogue.map { LinkButton($0.plural.capitalized, $0.path, icon: "list") })
        """)
  }

  private var facts: [(String, String)] {
    let format = visit.viewer.format
    var facts = [("Changed", format.count(run.records))]
    if !run.fields.isEmpty { facts.insert(("Fields", BulkRunPage.fields(run, desk)), at: 0) }
    if run.refused > 0 { facts.append(("Left as they were", format.count(run.refused))) }
    if run.undoneAt != nil {
      facts.append(("Taken back", format.count(run.restored)))
      facts.append(("Left, for they were changed since", format.count(run.outdated)))
    }
    return facts
  }

  private var progress: HTML {
    guard let job else { return HTML() }
    let bar = ProgressBar(
      job.title, share: job.progress, words: job.note, events: "/jobs/\(job.id)/events",
      cancel: PostButton("Cancel", action: "/jobs/\(job.id)/cancellation", csrf: visit.viewer.csrf, weight: .quiet))
    return """
      \(job.isOpen ? bar : nil)\
      \(job.problem.map { "<div class=\"alert alert-danger\" role=\"alert\">\($0)</div>" as HTML })
      """
  }
}
