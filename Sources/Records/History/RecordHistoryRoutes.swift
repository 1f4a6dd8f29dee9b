import Kernel
import Store
import Web

/// The history of any record, and putting one value of it back.
package struct RecordHistoryRoutes: Sendable {
  package static let path = "/history"

  let histories: RecordHistories

  package init(_ histories: RecordHistories) { self.histories = histories }

  package static func path(of key: RecordKey) -> String { "\(path)/\(key.noun.rawValue)/\(key.id)" }

  struct List: Encodable, Sendable {
    let rows: [RecordChange]
    let next: String?
  }

  struct Restoration: Encodable, Sendable {
    let field: String
    let value: String
  }

  package var routes: [Route] {
    [
      Route(
        .get, "\(Self.path)/{noun}/{record}", .signedIn, "What happened to a record, newest first.",
        answer: .of(List.self), inputs: [.init("before", "Changes before this line", .integer)], action: show),
      Route(
        .post, "\(Self.path)/{noun}/{record}/restorations", .signedIn, "Puts back what a field held before a change.",
        answer: .of(Restoration.self),
        inputs: [
          .init("entry", "The line of the change", .integer, required: true),
          .init("field", "The name of the field", required: true),
        ], action: restore),
    ]
  }

  private func key(_ visit: Visit) throws -> RecordKey {
    try histories.catalogues.key(noun: visit.parameters["noun"] ?? "", record: visit.parameters["record"] ?? "")
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let key = try key(visit)
    let (title, page) = try await histories.list(
      key, before: try visit.query.integer("before", in: 1...Int64.max), for: visit.actor)
    let catalogue = try histories.catalogues.of(key.noun)
    return .both(visit, json: List(rows: page.rows, next: page.next)) {
      RecordHistoryPage(key: key, title: title, catalogue: catalogue, page: page, visit: visit).html
    }
  }

  @Sendable private func restore(_ visit: Visit) async throws -> Answer {
    let key = try key(visit)
    let entry = try visit.fields.integer("entry", in: 1...Int64.max)
    guard let entry else {
      throw Problem(.invalid, field: "entry", "This must not be empty.", mend: "Name the line of the change.")
    }
    let field = try visit.fields.required("field")
    let value = try await histories.putBack(key, entry: entry, field: field, by: visit.actor)
    return .changed(
      visit, to: Self.path(of: key), status: 201, json: Restoration(field: field, value: value),
      flash: Flash(.good, "Put back. The list says what it held until now."))
  }
}

/// The changes of a record, each with what it changed.
struct RecordHistoryPage {
  let key: RecordKey
  let title: String
  let catalogue: Catalogue
  let page: Page<RecordChange>
  let visit: Visit

  private var path: String { RecordHistoryRoutes.path(of: key) }

  var html: HTML {
    let record = "\(catalogue.path)/\(key.id)"
    let plural = catalogue.plural.prefix(1).uppercased() + catalogue.plural.dropFirst()
    return Shell.page(
      title: "History of \(title)", path: catalogue.path, viewer: visit.viewer,
      crumbs: [Crumb(plural, catalogue.path), Crumb(title, record)],
      lead: "Who changed what, newest first. One value can be put back; that is a change too.", width: .narrow,
      body: page.rows.isEmpty ? nothing(record) : "\(page.rows.html(change))\(older)")
  }

  private func nothing(_ record: String) -> HTML {
    EmptyState(
      "No change yet", reason: "It is as it came in. What is changed from now on stands here.", icon: "history",
      action: LinkButton("Back to the \(catalogue.word)", record).html
    ).html
  }

  private var older: HTML {
    page.next.map { LinkButton("Older changes", "\(path)?before=\($0)", icon: "chevron-down").html } ?? HTML()
  }

  private func change(_ change: RecordChange) -> HTML {
    """
    <section class="vc-card vc-history"><h2 class="vc-card-title">\(Self.word(change.verb)) \
    <small class="text-secondary">by \(change.by), \(visit.viewer.time(change.at))</small></h2>\
    \(when: !change.fields.isEmpty, table(change))</section>
    """
  }

  private func table(_ change: RecordChange) -> HTML {
    """
    <table class="vc-table"><thead><tr><th scope="col">Field</th><th scope="col">Before</th>\
    <th scope="col">After</th><th scope="col"><span class="visually-hidden">Put back</span></th></tr></thead><tbody>\
    \(change.fields.html { row($0, of: change) })</tbody></table>
    """
  }

  private func row(_ field: RecordChange.Field, of change: RecordChange) -> HTML {
    """
    <tr><th scope="row">\(words: field.label)</th><td data-label="Before">\(value(field.before))</td>\
    <td data-label="After">\(value(field.after))</td><td class="text-end">\(when: field.isOpen, button(field, change))\
    </td></tr>
    """
  }

  private func value(_ text: String?) -> HTML { text.map { "\($0)" } ?? "<span class=\"vc-none\">nothing</span>" }

  private func button(_ field: RecordChange.Field, _ change: RecordChange) -> HTML {
    PostButton(
      "Put back", action: "\(path)/restorations", csrf: visit.viewer.csrf, icon: "arrow-back-up",
      fields: [("entry", "\(change.entry)"), ("field", field.name)]
    ).html
  }

  /// What a verb of the audit chain is called on screen.
  static func word(_ verb: String) -> String {
    switch verb {
    case "create": "Made"
    case "edit": "Changed"
    case "bin": "Put into the bin"
    case "restore": "Taken out of the bin"
    case "merge": "Another became one with it"
    case "undo merge": "A merge was undone"
    case "tag": "Tagged"
    case "untag": "A tag was taken off"
    case "attach": "A file was added"
    case "detach": "A file was taken off"
    default: verb.prefix(1).uppercased() + verb.dropFirst()
    }
  }
}

/// The way from a record to its history.
package struct HistoryButton {
  let key: RecordKey

  package init(_ key: RecordKey) { self.key = key }

  package var html: HTML { LinkButton("History", RecordHistoryRoutes.path(of: key), icon: "history").html }
}
