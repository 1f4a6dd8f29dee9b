import Conditions
import Customers
import Kernel
import Server
import Store
import StoreTesting

/// Whose a record is that a route is asked with.
enum RecordOwner: CaseIterable { case own, team, other }

/// What the variable parts of addresses are filled with when every route is asked by every role.
///
/// A new route with an address that begins like one here needs no line. One that does not makes the matrix of rights fail
/// with a sentence that sends you here: add a line with the beginning of the address and the record it is asked with.
struct RouteSample: Sendable {
  /// The beginning of the address.
  let prefix: String
  /// The noun whose grants decide who reaches the record, where a customer's owner decides whose it is; nil where every
  /// holder of the right reaches every record.
  let scopedBy: Actor.Noun?
  /// The values of the variables by name.
  let values: @Sendable (SampleCompany, SampleCompany.Person, RecordOwner) -> [String: String]

  init(
    _ prefix: String, scopedBy: Actor.Noun? = nil,
    _ values: @escaping @Sendable (SampleCompany, SampleCompany.Person, RecordOwner) -> [String: String]
  ) {
    (self.prefix, self.scopedBy, self.values) = (prefix, scopedBy, values)
  }

  /// A record that is not there: whoever may ask gets 404, and nobody gets more.
  private static func missing(_ prefix: String) -> RouteSample {
    RouteSample(prefix) { _, _, _ in ["id": "999999999"] }
  }

  private static func customer(_ prefix: String) -> RouteSample {
    RouteSample(prefix, scopedBy: .customer) { company, person, owner in
      ["id": "\(company.customer(of: person, owner))", "item": "price", "version": "1", "relationship": "999999999"]
    }
  }

  static let all: [RouteSample] = [
    customer("/customers/{id}"), customer("/portfolio/customers/{id}"), customer("/portfolio/assignments/{id}"),
    RouteSample("/observations/{id}", scopedBy: .customer) { company, person, owner in
      ["id": "\(company.records(of: person, owner).observation)"]
    },
    RouteSample("/contacts/{id}", scopedBy: .contact) { company, person, owner in
      ["id": "\(company.records(of: person, owner).contact)", "role": "999999999"]
    },
    RouteSample("/interactions/{id}", scopedBy: .interaction) { company, person, owner in
      ["id": "\(company.records(of: person, owner).interaction)"]
    },
    RouteSample("/tasks/{id}", scopedBy: .task) { company, person, owner in
      ["id": "\(company.records(of: person, owner).task)"]
    },
    RouteSample("/attachments/{id}", scopedBy: .customer) { company, person, owner in
      ["id": "\(company.records(of: person, owner).attachment)"]
    },
    RouteSample("/taggings/{noun}/{record}/{tag}", scopedBy: .customer) { company, person, owner in
      ["noun": "customer", "record": "\(company.customer(of: person, owner))", "tag": "\(company.tag)"]
    },
    RouteSample("/history/{noun}/{record}", scopedBy: .customer) { company, person, owner in
      ["noun": "customer", "record": "\(company.customer(of: person, owner))"]
    },
    RouteSample("/duplicates/{noun}/{low}/{high}", scopedBy: .customer) { company, person, owner in
      [
        "noun": "customer", "low": "\(company.customer(of: person, .own))",
        "high": "\(company.customer(of: person, owner))",
      ]
    },
    RouteSample("/f/{token}") { _, _, _ in ["token": "none"] },
    RouteSample("/tags/{id}") { company, _, _ in ["id": "\(company.tag)"] },
    RouteSample("/purposes/{id}") { _, _, _ in ["id": "1"] },
    RouteSample("/teams/{id}") { company, person, _ in ["id": "\(company.north)", "user": "\(person.id)"] },
    RouteSample("/roles/{code}") { company, _, _ in
      ["code": company.spare.rawValue, "right": "customer.see", "field": "customer.email"]
    },
    RouteSample("/users/{id}") { company, _, _ in ["id": "\(company.stranger.id)", "session": "999999999"] },
    RouteSample("/account/sessions/{session}") { _, _, _ in ["session": "999999999"] },
    missing("/bulk-runs/{id}"), missing("/decisions/{id}"), missing("/fields/{id}"), missing("/imports/{id}"),
    missing("/imports/drafts/{id}"), missing("/invitations/{id}"), missing("/jobs/{id}"), missing("/keys/{id}"),
    missing("/password-requests/{id}"), missing("/portfolio/capacity/{id}"), missing("/portfolio/endings/{id}"),
    missing("/portfolio/overrides/{id}"), missing("/portfolio/scenarios/{id}"), missing("/portfolio/segments/{id}"),
    missing("/portfolio/treatment/{id}"), missing("/portfolio/treatment/rules/{id}"),
    missing("/portfolio/versions/{id}"),
    missing("/portfolio/assumptions/{id}"), missing("/views/{id}"), missing("/exports/{id}"),
    missing("/notifications/{id}"), missing("/forms/{id}"),
    missing("/webhooks/{id}"), missing("/rules/{id}"), missing("/merges/{id}"), missing("/backups/{id}"),
    missing("/privacy/requests/{id}"),
    missing("/privacy/exports/{id}"), missing("/retention/{id}"),
    missing("/portfolio/segmentations/{id}"),
  ]

  /// The sample with the longest beginning that an address has.
  static func of(_ path: String) -> RouteSample? {
    all.filter { path == $0.prefix || path.hasPrefix($0.prefix + "/") || path.hasPrefix($0.prefix + ".") }
      .max { $0.prefix.utf8.count < $1.prefix.utf8.count }
  }
}
