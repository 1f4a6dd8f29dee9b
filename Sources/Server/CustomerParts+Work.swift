import Customers
import Kernel
import Records
import Web

extension Modules {
  /// What the day brings to a customer's page: what comes next, its tasks, its tags, its relationships, its files.
  var workSections: [CustomerSection] {
    [
      CustomerSection(.fact, "Tags") { customer, visit in
        guard visit.actor.may(.see, .tag) else { return nil }
        let key = RecordKey(.customer, customer.id.rawValue)
        return TagSection(
          try await tags.tags(of: key, for: visit.actor), of: key,
          path: visit.keepingOrigin("/customers/\(customer.id)"), visit: visit,
          mayEdit: visit.actor.may(.edit, .customer)
        ).html
      },
      CustomerSection(.main) { customer, visit in
        guard visit.actor.may(.see, .task) else { return nil }
        let key = RecordKey(.customer, customer.id.rawValue)
        return TaskSection(
          try await tasks.open(about: key, for: visit.actor), about: key, records: catalogues, visit: visit
        ).html
      },
      CustomerSection(.side) { customer, visit in
        RelationshipSection(
          try await relationships.list(of: customer.id, for: visit.actor), of: customer,
          path: visit.keepingOrigin("/customers/\(customer.id)"), visit: visit
        ).html
      },
      CustomerSection(.side) { customer, visit in
        guard visit.actor.may(.see, .attachment), visit.actor.seesPersonalData else { return nil }
        let key = RecordKey(.customer, customer.id.rawValue)
        return AttachmentSection(
          try await attachments.list(of: key, for: visit.actor), of: key,
          path: visit.keepingOrigin("/customers/\(customer.id)"),
          visit: visit, mayEdit: visit.actor.may(.edit, .customer)
        ).html
      },
    ]
  }
}
