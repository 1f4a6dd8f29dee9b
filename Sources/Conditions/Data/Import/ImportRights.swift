import Customers
import Kernel
import Tabular

extension ImportOrder.Subject {
  /// The noun the rows become.
  var noun: Actor.Noun {
    switch self {
    case .customers: .customer
    case .contacts: .contact
    case .interactions: .interaction
    case .observations: .observation
    case .products: .product
    case .purchases, .drivers: .purchase
    }
  }

  private var personal: Set<String> {
    switch self {
    case .customers: Customer.personal
    case .contacts: Contact.personal
    case .interactions: Interaction.personal
    case .purchases, .products, .drivers, .observations: []
    }
  }

  /// The fields of the record that a column fills, as rights name them.
  private func fields(_ role: ColumnRole) -> [String] {
    switch (self, role) {
    case (.customers, .customerName), (.customers, .firstName), (.customers, .lastName): ["name"]
    case (.contacts, .customerName): ["firstName", "lastName"]
    case (.contacts, .mobile): ["phone"]
    case (.interactions, .note): ["outcomeNote"]
    case (.interactions, .time): ["at"]
    case (.interactions, .email), (.interactions, .other): ["party"]
    default: [role.rawValue]
    }
  }

  /// What a column may not mean in a file that an actor brings in, as they may not set the field.
  package func closed(to actor: Actor) -> Set<ColumnRole> {
    guard [.customers, .contacts, .interactions].contains(self) else { return [] }
    return Set(
      roles.filter { role in
        fields(role).contains { !actor.writes($0, of: noun, isPersonal: personal.contains($0)) }
      })
  }
}

extension ImportOrder {
  /// Refuses a file with a column that would set what must not be set.
  /// - Parameter closed: as `Subject.closed` tells it.
  func require(_ map: ColumnMap, without closed: Set<ColumnRole>) throws {
    let column = closed.compactMap { role in map.columns[role].map { (column: $0, role: role) } }
      .min { $0.column < $1.column }
    guard let column, map.headers.indices.contains(column.column) else { return }
    throw Problem(
      .invalid, field: "column",
      "The column “\(map.headers[column.column].prefix(60))” is the \(column.role.title), which you may not change.",
      mend: "Give it another meaning, or ask an administrator.")
  }
}
