import Customers
import Kernel
import Portfolio
import Records
import Web

extension House {
  /// Contacts, what was said with them, what they agreed to.
  static func people(_ modules: Modules) -> [Route] {
    let (contacts, customers) = (modules.contacts, modules.customers)
    func lists(_ catalogue: Catalogue) -> Catalogue { (try? modules.catalogues.of(catalogue.noun)) ?? catalogue }
    let listed = RecordRoutes(lists(Contacts.catalogue), modules.desk, empty: ContactRoutes.empty) { visit in
      visit.actor.may(.create, .contact)
        ? LinkButton("Add a contact", "/contacts/new", weight: .primary, icon: "plus").html : HTML()
    }
    let said = RecordRoutes(lists(Interactions.catalogue), modules.desk, empty: InteractionRoutes.empty) { visit in
      visit.actor.may(.create, .interaction)
        ? LinkButton("Enter one", "/interactions/new", weight: .primary, icon: "plus").html : HTML()
    }
    return listed.routes + said.routes
      + ContactRoutes(
        contacts, customers: customers, consents: modules.consents,
        record: modules.recordParts
      ).routes
      + InteractionRoutes(
        modules.interactions, contacts: contacts, customers: customers, record: modules.recordParts
      ).routes
      + ConsentRoutes(modules.consents, contacts: contacts, customers: customers).routes
  }

  /// What the rest of the product gives to a customer's page.
  static func customerParts(_ modules: Modules) -> CustomerPageParts {
    CustomerPageParts(sections: [portfolio(modules)] + modules.workSections)
  }

  /// How the customer stood when the portfolio was frozen last: its strategy, what is expected of it, how it matters.
  private static func portfolio(_ modules: Modules) -> CustomerSection {
    CustomerSection(.fact, "In the portfolio") { customer, visit in
      guard visit.actor.may(.see, .analysis),
        let newest = try await modules.versions.rows(of: customer.id, for: visit.actor).first
      else { return nil }
      let (row, format) = (newest.row, visit.viewer.format)
      let worth = row.value.map { "worth \(format.money($0)) to come" }
      let kinds = row.kinds.filter { $0.status != .rejected }.map { $0.kind.word.lowercased() }
      let words = [worth, kinds.isEmpty ? nil : "significant: \(kinds.joined(separator: ", "))"].compactMap { $0 }
      return """
        <a href="/portfolio/customers/\(customer.id)">\(words: row.heading.title)</a>\
        \(when: !words.isEmpty, "<br>\(words.joined(separator: "; "))")\
        <br><small class="text-secondary">as of \(format.day(newest.version.asOf))</small>
        """
    }
  }
}
