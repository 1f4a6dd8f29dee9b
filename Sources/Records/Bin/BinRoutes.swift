import Kernel
import Store
import Web

/// What was put away, with the way back.
package struct BinRoutes: Sendable {
  package static let path = "/bin"

  let bin: Bins

  package init(_ bin: Bins) { self.bin = bin }

  package var routes: [Route] {
    [
      Route(
        .get, Self.path, .signedIn, "What lies in the bin, by kind, and where it is taken out.",
        answer: .of([String: [Bins.Part]].self),
        inputs: [
          .init("kind", "Only this kind", choices: bin.kinds.map(\.name)),
          .init("after", "The number to go on after", .integer), .init("size", "Of each kind, 1 to 200", .integer),
        ], action: show)
    ]
  }

  @Sendable private func show(_ visit: Visit) async throws -> Answer {
    let kind = visit.query["kind"].flatMap { $0.isEmpty ? nil : $0 }
    let size = Int(try visit.query.integer("size", in: 1...200) ?? (kind == nil ? 20 : 100))
    let parts = try await bin.parts(
      kind, after: try visit.query.integer("after", in: 1...Int64.max), size: size, for: visit.actor)
    return .both(visit, json: ["parts": parts]) { BinPage(parts: parts, kind: kind, visit: visit).html }
  }
}

/// What lies in the bin, by kind, each with the way back.
struct BinPage {
  let parts: [Bins.Part]
  let kind: String?
  let visit: Visit

  var html: HTML {
    Shell.page(
      title: "Bin", path: BinRoutes.path, viewer: visit.viewer, crumbs: kind == nil ? [] : [Crumb("Bin", "/bin")],
      lead: "What was put away. It counts in no list and no figure until it is taken out again.",
      actions: visit.actor.may(.see, .privacy)
        ? LinkButton("When people in it are erased", "/retention", icon: "hourglass").html : HTML(),
      body: parts.isEmpty
        ? EmptyState("The bin is empty", reason: "What you put away lies here until you take it out.", icon: "trash")
          .html
        : parts.html(section))
  }

  private func section(_ part: Bins.Part) -> HTML {
    let more = Address.path(BinRoutes.path, [("kind", part.kind), ("after", part.next ?? "")])
    return """
      <section class="vc-card"><h2 class="vc-card-title">\(words: part.word) \
      <small class="text-secondary">\(visit.viewer.format.count(part.count))</small></h2>\
      <ul class="vc-bin">\(part.rows.html { thing in
        """
        <li><span>\(thing.title)</span>\(PostButton(
          "Take out", action: part.restoring(thing), csrf: visit.viewer.csrf, method: .delete))</li>
        """
      })</ul>\(when: part.next != nil, "<p>\(LinkButton("More of them", more, icon: "chevron-right"))</p>")</section>
      """
  }
}
