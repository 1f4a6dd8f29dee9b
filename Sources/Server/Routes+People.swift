import Customers
import Kernel
import Records
import Web

extension House {
  /// Contacts, what was said with them, what they agreed to.
  static func people(_ modules: Modules) -> [Route] {
    let (contacts, customers) = (modules.contacts, modules.customers)
    let listed = RecordRoutes(Contacts.catalogue, modules.desk, empty: ContactRoutes.empty) { visit in
      visit.actor.may(.create, .contact)
        ? LinkButton("Add a contact", "/contacts/new", weight: .primary, icon: "plus").html : HTML()
    }
    let said = RecordRoutes(Interactions.catalogue, modules.desk, empty: InteractionRoutes.empty) { visit in
      visit.actor.may(.create, .interaction)
        ? LinkButton("Enter one", "/interactions/new", weight: .primary, icon: "plus").html : HTML()
    }
    return listed.routes + said.routes
      + ContactRoutes(
        contacts, customers: customers, interactions: modules.interactions, consents: modules.consents
      ).routes + InteractionRoutes(modules.interactions, contacts: contacts, customers: customers).routes
      + ConsentRoutes(modules.consents, contacts: contacts, customers: customers).routes
  }

  /// What the rest of the product gives to a customer's page.
  static func customerParts(_ modules: Modules) -> CustomerPageParts {
    CustomerPageParts(
      neighbours: { customer, from, visit in
        let text = from.utf8.first == UInt8(ascii: "?") ? String(from.dropFirst()) : from
        guard let query = try? Decoding.fields(text.utf8, field: "from"),
          let question = try? RecordQuestion(query: query)
        else { return (nil, nil) }
        let found = try await modules.desk.lists.neighbours(
          of: customer.rawValue, question, of: modules.customers.catalogue, for: visit.actor,
          in: ListSetting(visit.viewer))
        return (found.previous.map { ID($0) }, found.next.map { ID($0) })
      })
  }
}
