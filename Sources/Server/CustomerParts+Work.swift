import Customers
import Kernel
import Records
import Web

extension Modules {
  /// What the day brings to a customer's page: what comes next, its tasks, its tags, its own fields, its relationships, its files.
  var workSections: [CustomerSection] {
    let parts = recordParts
    @Sendable func key(_ customer: Customer) -> RecordKey { RecordKey(.customer, customer.id.rawValue) }
    @Sendable func path(_ customer: Customer, _ visit: Visit) -> String {
      visit.keepingOrigin("/customers/\(customer.id)")
    }
    return [
      CustomerSection(.fact, "Tags") { customer, visit in
        try await parts.tags(key(customer), path: path(customer, visit), visit)
      },
      CustomerSection(.main) { customer, visit in try await parts.openTasks(key(customer), visit) },
      CustomerSection(.side) { customer, visit in
        try await parts.ownFields(key(customer), edit: "/customers/\(customer.id)/edit", visit)
      },
      CustomerSection(.side) { customer, visit in
        RelationshipSection(
          try await relationships.list(of: customer.id, size: RelationshipSection.most, for: visit.actor), of: customer,
          path: path(customer, visit), visit: visit
        ).html
      },
      CustomerSection(.side) { customer, visit in
        try await parts.files(key(customer), path: path(customer, visit), visit)
      },
    ]
  }
}
