import Kernel
import Store
import Web

/// Merges: looking before, making one, undoing it.
package struct MergeRoutes: Sendable {
  package static let path = "/merges"

  let merges: Merges

  package init(_ merges: Merges) { self.merges = merges }

  package var routes: [Route] {
    let noun = Route.Input("noun", "What kind of record", choices: merges.nouns.map(\.rawValue))
    return [
      Route(.get, Self.path, .signedIn, "The newest merges.", answer: .of([String: [Merge]].self), inputs: [noun]) {
        visit in
        let kind = Self.noun(visit.query)
        let rows = try await merges.recent(kind, for: visit.actor)
        let catalogue = try merges.known(kind)
        return .both(visit, json: ["rows": rows]) {
          MergeListPage(merges: rows, catalogue: catalogue, visit: visit).html
        }
      },
      Route(
        .get, Self.path + "/new", .signedIn,
        "What a merge would do: the values of each side, and what would move.",
        answer: .of(MergePreview.self), inputs: [noun, .init("ids", "The records; several", .integer, required: true)],
        action: preview),
      Route(
        .post, Self.path, .signedIn, "Makes one record of several.", answer: .of([String: [Merge]].self),
        inputs: [
          noun, .init("keep", "The record that stays", .integer, required: true),
          .init("lose", "The records that go into it; several", .integer, required: true),
          .init("choice", "By field, the record whose value is taken", .map),
        ], action: create),
      Route(.get, Self.path + "/{id}", .signedIn, "One merge.", answer: .of(Merge.self)) { visit in
        let merge = try await merges.find(visit.id(), for: visit.actor)
        let catalogue = try merges.known(merge.noun.rawValue)
        return .both(visit, json: merge) { MergePage(merge: merge, catalogue: catalogue, visit: visit).html }
      },
      Route(
        .delete, Self.path + "/{id}", .signedIn, "Undoes a merge: both records are as they were.",
        answer: .of(Merge.self)
      ) { visit in
        let undone = try await merges.undo(visit.id(), by: visit.actor)
        let catalogue = try merges.known(undone.noun.rawValue)
        return .changed(
          visit, to: "\(catalogue.path)/\(undone.lost)", json: undone,
          flash: Flash(.good, "The merge was undone; both are here again."))
      },
    ]
  }

  private static func noun(_ fields: Fields) -> String {
    fields["noun"].flatMap { $0.isEmpty ? nil : $0 } ?? Actor.Noun.customer.rawValue
  }

  private static func numbers(_ fields: Fields, _ name: String) throws -> [Int64] {
    let texts = fields.values(of: name).flatMap { $0.split(separator: ",").map(String.init) }
    return try texts.filter { !$0.isEmpty }.map { text in
      guard let id = ID<Merge>(text: text) else {
        throw Problem(
          .invalid, field: name, "“\(text.prefix(40))” is not a record's number.",
          mend: "Use the number at the end of its address.")
      }
      return id.rawValue
    }
  }

  @Sendable private func preview(_ visit: Visit) async throws -> Answer {
    let ids = try Self.numbers(visit.query, "ids")
    let preview = try await merges.preview(Self.noun(visit.query), ids, for: visit.actor)
    let catalogue = try merges.known(preview.noun.rawValue)
    return .both(visit, json: preview) { MergeForm(preview: preview, catalogue: catalogue, visit: visit).html }
  }

  @Sendable private func create(_ visit: Visit) async throws -> Answer {
    guard let kept = try Self.numbers(visit.fields, "keep").first else {
      throw Problem(.invalid, field: "keep", "Which record stays is missing.", mend: "Name it.")
    }
    // On the page every record is named; the one that stays does not go into itself.
    let lost = try Self.numbers(visit.fields, "lose").filter { visit.face == .json || $0 != kept }
    let choices = try visit.fields.members(of: "choice").mapValues { text in
      guard let id = ID<Merge>(text: text) else {
        throw Problem(.invalid, field: "choice", "“\(text.prefix(40))” is not a record's number.", mend: "Choose one.")
      }
      return id.rawValue
    }
    let order = try Merge.Order(noun: Self.noun(visit.fields), kept: kept, lost: lost, choices: choices)
    let made = try await merges.create(order, by: visit.actor, once: try visit.once())
    let catalogue = try merges.known(order.noun)
    let undo = made.last.map {
      PostButton(
        "Undo", action: "\(Self.path)/\($0.id)", csrf: visit.viewer.csrf, method: .delete, weight: .quiet)
    }
    return .changed(
      visit, to: "\(catalogue.path)/\(kept)", status: 201, json: ["rows": made],
      flash: Flash(.good, "They are one \(catalogue.word) now.", undo: made.count == 1 ? undo : nil))
  }
}
