import Kernel
import Web

/// The guide of the first days.
package struct GuideRoutes: Sendable {
  let guides: Guides

  package init(_ guides: Guides) { self.guides = guides }

  package var routes: [Route] {
    [
      Route(.get, "/start", .may(.edit, .company), "What a new company has still to bring in.", isInAPI: false) {
        visit in
        .page(GuidePage(guide: try await guides.current(for: visit.actor), viewer: visit.viewer).html)
      },
      Route(.get, "/guide", .may(.see, .company), "What a new company has still to bring in.", answer: .of(Guide.self))
      { visit in
        guard visit.face == .json else { return .redirect(to: "/start") }
        return .json(try await guides.current(for: visit.actor))
      },
      Route(
        .put, "/guide/scope", .may(.edit, .company), "Decides with which stages and conditions the company begins.",
        answer: .of(Guide.self),
        inputs: [.init("later", "The steps left for later, separated by commas; none when empty")]
      ) { visit in
        let names = (visit.fields["later"] ?? "").utf8.split(separator: UInt8(ascii: ",")).map {
          String(decoding: $0, as: UTF8.self)
        }
        let later = try names.map { name in
          guard let step = Guide.Name(rawValue: name) else {
            throw Problem(
              .invalid, field: "later", "“\(name.prefix(40))” is no step of the guide.",
              mend: "Use names such as network or processes.")
          }
          return step
        }
        let guide = try await guides.setScope(later: Set(later), by: visit.actor)
        return .changed(visit, to: "/start", json: guide)
      },
      Route(
        .post, "/guide/dismissal", .may(.edit, .company), "Puts the guide away.", answer: .of([String: Bool].self, 200)
      ) { visit in
        try await guides.putAway(by: visit.actor)
        let undo = PostButton(
          "Undo", action: "/guide/dismissal", csrf: visit.viewer.csrf, method: .delete, weight: .quiet)
        return .changed(
          visit, to: "/", json: ["putAway": true], flash: Flash(.good, "The guide is put away.", undo: undo))
      },
      Route(
        .delete, "/guide/dismissal", .may(.edit, .company), "Brings the guide back.", answer: .of([String: Bool].self)
      ) { visit in
        try await guides.bringBack(by: visit.actor)
        return .changed(visit, to: "/start", json: ["putAway": false])
      },
    ]
  }

  /// Where somebody is led who has just signed in to a company with nothing in it; nil for Today.
  package func firstPage(_ actor: Actor) async throws -> String? {
    guard let guide = try await guides.shown(for: actor), guide.isEmptyCompany else { return nil }
    return "/start"
  }
}
