import Customers
import Kernel
import Web

/// Batches: up to a thousand acts in one request and one transaction.
package struct BatchRoutes: Sendable {
  let batches: Batches

  package init(_ batches: Batches) { self.batches = batches }

  package var routes: [Route] {
    [
      Route(
        .post, "/batch", .signedIn, "Does up to 1,000 acts in one transaction: all, or none.",
        answer: .of(BatchAnswer.self, 200),
        inputs: [
          .init(
            "operations",
            "Each with act (create, edit, delete), noun, fields, and for edit and delete the id and version", .objects,
            required: true)
        ], limit: 8 << 20
      ) { visit in
        guard visit.face == .json else {
          throw Problem(.wrongMediaType, "Batches are for programs.", mend: "Post JSON to /api/v1/batch.")
        }
        let operations = try Self.operations(visit.body)
        return .json(try await batches.run(operations, by: visit.actor, once: try visit.once()))
      }
    ]
  }

  package static func operations(_ body: [UInt8]) throws -> [BatchOperation] {
    let all = try JSON.objects(body, in: "operations", limit: Batches.most)
    guard !all.isEmpty else {
      throw Problem(.invalid, field: "operations", "There is nothing to do.", mend: "Send at least one.")
    }
    return try all.enumerated().map { place, fields in
      let prefix = "operations[\(place)]"
      guard let act = BatchOperation.Act(rawValue: fields["act"] ?? "") else {
        throw Problem(
          .invalid, field: "\(prefix).act", "“\((fields["act"] ?? "").prefix(40))” is no act.",
          mend: "Use create, edit or delete.")
      }
      func number(_ name: String) throws -> Int64? {
        guard let text = fields[name], !text.isEmpty else { return nil }
        guard let id = ID<BatchOperation>(text: text) else {
          throw Problem(.invalid, field: "\(prefix).\(name)", "This is not a number.", mend: "Send it as it was read.")
        }
        return id.rawValue
      }
      return BatchOperation(
        act: act, noun: fields["noun"] ?? "", id: try number("id"), version: try number("version"),
        fields: fields.members(of: "fields"))
    }
  }
}
