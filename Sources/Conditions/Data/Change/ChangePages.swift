import Kernel
import Records
import Web

/// What happened lately, as programs are told it.
struct ChangeListPage {
  let page: ChangePage
  let question: ChangeQuestion
  let known: Catalogues
  let visit: Visit

  var html: HTML {
    let viewer = visit.viewer
    let parameters = question.nouns.isEmpty ? [] : [("noun", question.nouns.map(\.rawValue).joined(separator: ","))]
    return Shell.page(
      title: "Changes", path: ChangeRoutes.path, viewer: viewer,
      lead: "What other programs are told of the records you may see, in the order in which it happened.",
      actions: LinkButton("Webhooks", WebhookRoutes.path, icon: "webhook").html,
      body: """
        \(ListTable(
          "\(viewer.format.count(page.rows.count, "change", "changes"))", rows: page.rows,
          columns: [
            .init("What", onCard: .title) { "<code>\($0.kind)</code>" },
            .init("Record", onCard: .fact) { record($0) },
            .init("When", onCard: .fact) { viewer.time($0.at) }, .init("Place", isNumber: true) { "\($0.place)" },
          ],
          state: ListState(path: ChangeRoutes.path, parameters: parameters, next: page.hasMore ? page.next : nil),
          empty: EmptyState(
            "Nothing happened after this place",
            reason: "Programs read this list as JSON at <code>/api/v1/changes</code> and go on from <code>next</code>.",
            icon: "history")))
        """)
  }

  /// Where records have a page though they have no list that can be narrowed.
  private static let pages: [Actor.Noun: String] = [
    .webhook: WebhookRoutes.path, .form: WebFormRoutes.path, .importRun: "/imports", .decision: "/decisions",
  ]

  private func record(_ change: Change) -> HTML {
    guard let number = change.record else { return "none" }
    let noun = Actor.Noun(rawValue: change.noun)
    let path = noun.flatMap { (try? known.of($0))?.path ?? Self.pages[$0] }
    guard let path, change.data != nil else { return "\(words: change.noun) \(number)" }
    return "<a href=\"\(url: "\(path)/\(number)")\">\(words: change.noun) \(number)</a>"
  }
}
