import Conditions
import Customers
import Kernel
import Records
import Store
import Web

/// What other programs bring and follow: the feed of changes, webhooks, batches, forms of the company's site.
package struct Programs: Sendable {
  package let changes: Changes
  package let webhooks: Webhooks
  package let deliveries: WebhookDeliveries
  package let batches: Batches
  package let forms: WebForms
  package let submissions: WebFormSubmissions

  init(_ modules: Modules) {
    let (database, clock, catalogues) = (modules.database, modules.clock, modules.catalogues)
    let (customFields, tasks) = (modules.customFields, modules.tasks)
    changes = Changes(database, customFields: customFields) { catalogues }
    webhooks = Webhooks(database, clock: clock)
    deliveries = WebhookDeliveries(database, clock: clock)
    batches = Batches(
      database, clock: clock, changes: modules.desk.changes, customFields: customFields,
      nouns: catalogues.all.map { catalogue in
        switch catalogue.noun {
        case .customer: .customers(catalogue)
        case .contact: .contacts(catalogue)
        case .interaction: .interactions(catalogue)
        case .task: .tasks(catalogue, tasks)
        default: Batches.Noun(catalogue)
        }
      })
    forms = WebForms(database, clock: clock)
    submissions = WebFormSubmissions(database, clock: clock)
  }

  func routes(outlets: Outlets, forms: WebFormRoutes) -> [Route] {
    ChangeRoutes(changes).routes
      + WebhookRoutes(webhooks, deliveries: deliveries, outlets: outlets).routes
      + forms.routes + BatchRoutes(batches).routes
  }
}

extension Modules {
  package var programs: Programs { Programs(self) }
}
