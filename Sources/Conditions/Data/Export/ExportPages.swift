import Kernel
import Records
import Store
import Web

/// How an export stands, in a word.
struct ExportStanding {
  let badge: Badge

  init(_ export: Export) {
    badge =
      switch export.state {
      case .waiting: Badge("Waiting", .note)
      case .running: Badge("Being written", .note)
      case .ready: Badge("Ready", .good)
      case .failed: Badge("Failed", .bad)
      case .cancelled: Badge("Cancelled", .neutral)
      case .expired: Badge("Gone", .neutral)
      }
  }
}

extension Export {
  /// A size as people say it.
  fileprivate func size(_ format: Web.Format) -> String {
    guard let file else { return "" }
    if file.size < 1_000_000 { return "\(format.number(max(1, Double(file.size) / 1e3))) kB" }
    return "\(format.number(Double(file.size) / 1e6, decimals: 1)) MB"
  }
}

/// What went out, newest first.
struct ExportListPage {
  let all: [Export]
  let visit: Visit

  private var isOpen: Bool { all.contains { [.waiting, .running].contains($0.state) } }

  var html: HTML {
    let viewer = visit.viewer
    return Shell.page(
      title: "Exports", path: ExportRoutes.path, viewer: viewer,
      lead: "Lists that went out as files. A file is kept \(Export.days) days, and only who asked for it can take it.",
      refresh: isOpen ? 2 : nil,
      body: ListTable(
        "The newest \(all.count)", rows: all,
        columns: [
          .init("What", onCard: .title) { "<a href=\"/exports/\($0.id)\">\(words: $0.words)</a>" },
          .init("As", onCard: .fact) { "\(words: $0.format.word)" },
          .init("Rows", isNumber: true, onCard: .fact) { export in
            export.file.map { "\(viewer.format.count($0.rows))" as HTML } ?? HTML()
          },
          .init("Size", isNumber: true) { "\($0.size(viewer.format))" }, .init("Asked by") { "\($0.by)" },
          .init("When", onCard: .fact) { viewer.time($0.createdAt) },
          .init("How it stands", onCard: .fact) { ExportStanding($0).badge.html },
          .init("", onCard: .fact) { taking($0) },
        ],
        state: ListState(path: ExportRoutes.path),
        empty: EmptyState(
          "Nothing went out yet",
          reason: "Open a list and choose Export there: its filter, columns and order go along.",
          icon: "download", action: LinkButton("Open the customers", "/customers", weight: .primary).html)
      ).html)
  }

  private func taking(_ export: Export) -> HTML {
    guard export.state == .ready, export.actor == visit.actor.user else { return HTML() }
    return LinkButton("Download", "/exports/\(export.id)/file", isDownload: true).html
  }
}

/// The form to ask for a list as a file.
struct ExportForm {
  let catalogue: Catalogue
  let question: RecordQuestion
  let count: Int?
  let visit: Visit
  var problem: Problem?

  var html: HTML {
    Shell.page(
      title: "Export \(catalogue.plural)", path: catalogue.path, viewer: visit.viewer,
      crumbs: [Crumb(catalogue.plural.prefix(1).uppercased() + catalogue.plural.dropFirst(), catalogue.path)],
      lead: lead,
      width: .narrow,
      body: Form(
        action: ExportRoutes.path, csrf: visit.viewer.csrf, submit: "Make the file", rows: rows,
        values: visit.method == .post ? visit.fields.dictionary : [:], problems: problem.map { [$0] } ?? [],
        cancel: Address.path(catalogue.path, question.parameters.filter { !$0.1.isEmpty })
      ).html)
  }

  private var lead: HTML {
    let which: HTML = question.filter.map { "that match <code>\($0.text)</code>" } ?? "of the list"
    guard let count else { return "The \(words: catalogue.plural) \(which) go into a file, in the background." }
    return
      "\(visit.viewer.format.count(count, catalogue.word, catalogue.plural)) \(which) go into a file, in the background."
  }

  private var rows: [Form.Row] {
    let formats = Export.Format.allCases.filter {
      $0 != .vcf || CardFields.nouns.contains(catalogue.noun) && visit.actor.seesPersonalData
    }
    let hidden = [("noun", catalogue.noun.rawValue)] + question.parameters.filter { $0.0 != "size" }
    let kept: [Form.Row] = hidden.map { .field(Field($0.0, "", .hidden, value: $0.1)) }
    return kept + [
      .field(
        Field(
          "format", "As", .radio(formats.map { .init($0.rawValue, $0.word, hint: $0.hint) }), value: "csv",
          isRequired: true)),
      .section("For CSV"),
      .field(
        Field(
          "comma", "Decimal comma", .checkbox, value: visit.viewer.format.decimal == "," ? "1" : "",
          hint: "And semicolons between cells, as spreadsheets of such countries expect.")),
      .field(
        Field(
          "mark", "For Excel", .checkbox, hint: "Begins with a mark that makes Excel read letters such as ü rightly.")),
    ]
  }
}

/// One export: how far it is, or its file.
struct ExportPage {
  let export: Export
  let job: Job?
  let visit: Visit

  private var format: Web.Format { visit.viewer.format }

  var html: HTML {
    Shell.page(
      title: "Export of \(export.words)", path: ExportRoutes.path, viewer: visit.viewer,
      crumbs: [Crumb("Exports", ExportRoutes.path)],
      lead: "\(ExportStanding(export).badge) asked for by \(export.by) \(visit.viewer.time(export.createdAt)).",
      actions: actions, refresh: job == nil ? nil : 2, body: "\(progress)\(refused)\(facts)")
  }

  private var actions: HTML {
    guard export.state == .ready, export.actor == visit.actor.user else { return HTML() }
    return """
      \(PostButton(
        "Take it away", action: "/exports/\(export.id)", csrf: visit.viewer.csrf, method: .delete, weight: .quiet,
        icon: "trash")) \
      \(LinkButton("Download", "/exports/\(export.id)/file", weight: .primary, icon: "download", isDownload: true))
      """
  }

  private var progress: HTML {
    guard let job else { return HTML() }
    return ProgressBar(
      job.state == .queued ? "Waiting for its turn" : "Being written", share: job.progress, words: job.note,
      events: "/jobs/\(job.id)/events",
      cancel: PostButton("Cancel", action: "/jobs/\(job.id)/cancellation", csrf: visit.viewer.csrf, weight: .quiet)
    ).html
  }

  private var refused: HTML {
    guard export.state == .failed else { return HTML() }
    return """
      <div class="alert alert-danger" role="alert">\(export.problem ?? "It was broken off. Ask for the file again.")</div>
      """
  }

  private var facts: HTML {
    guard let file = export.file else { return HTML() }
    let rows: [(String, HTML)] = [
      ("Form", "\(words: export.format.word)"), ("Rows", "\(format.count(file.rows))"),
      ("Size", "\(export.size(format))"),
      (
        export.state == .expired ? "Was there until" : "There until",
        "\(format.day(file.expiresAt.day(in: format.zone)))"
      ),
      (
        "Taken",
        export.lastDownload.map {
          "\(format.count(export.downloads, "time", "times")), last \(visit.viewer.time($0))" as HTML
        }
          ?? "not yet"
      ),
    ]
    return """
      <section class="vc-card"><dl class="vc-facts">\(rows.html { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" })</dl></section>
      """
  }
}
