import Conditions
import Customers
import Kernel
import Portfolio
import Records
import Store
import Web

/// What serves the records of every noun alike.
extension House {
  /// All routes, with those of records and with the document that tells of them all.
  static func finished(_ routes: [Route], _ modules: Modules) -> [Route] {
    let all = watched(routes + records(modules, beside: routes), modules)
    return all + [APIDocument.route(for: all), APIPage.route(for: all)]
  }

  /// - Parameter others: all other routes: what may be gone to is known by them.
  static func records(_ modules: Modules, beside others: [Route]) -> [Route] {
    SearchRoutes(modules.searches, places: places(among: others)).routes
      + DuplicateRoutes(modules.duplicates).routes + MergeRoutes(modules.merges).routes
      + RecordHistoryRoutes(modules.histories).routes
  }

  /// What can be done from anywhere, by the words for it.
  private static let actions: [SearchPlace] = [
    SearchPlace(.action, "Add a customer", "/customers/new", icon: "plus"),
    SearchPlace(.action, "Add a contact", "/contacts/new", icon: "plus"),
    SearchPlace(.action, "Add a task", "/tasks/new", icon: "plus"),
    SearchPlace(.action, "Log a call, visit or note", "/interactions/new", icon: "message"),
    SearchPlace(.action, "Import a file", "/imports/new", icon: "upload"),
    SearchPlace(.action, "Make a rule", "/rules/new", icon: "bolt"),
    SearchPlace(.action, "Enter an observation", "/observations/new", icon: "eye"),
  ]

  /// The pages of the navigation and the actions, each as far as somebody may go there.
  static func places(among routes: [Route]) -> @Sendable (Actor) -> [SearchPlace] {
    let permissions = Dictionary(
      routes.filter { $0.method == .get }.map { ($0.path, $0.permission) }, uniquingKeysWith: { first, _ in first })
    let pages = navigation(assetVersion: "").places.map { SearchPlace(.page, $0.title, $0.path, icon: $0.icon) }
    let known = (actions + pages).compactMap { place in permissions[place.path].map { (place, $0) } }
    return { actor in
      known.filter { _, permission in
        switch permission {
        case .open, .signedIn, .inPerson: true
        case .may(let verb, let noun): actor.may(verb, noun)
        }
      }.map(\.0)
    }
  }
}

extension Modules {
  /// The nouns whose records are found by their words, and by which.
  static func searchSources(_ catalogues: Catalogues) -> [SearchSource] {
    parties + [
      Tasks.searchSource, Interactions.searchSource, Tags.searchSource, Attachments.searchSource(catalogues),
    ]
  }
  /// Those whose records are of parties, so that one may be there twice.
  static let parties = [Customers.searchSource, Contacts.searchSource]

  /// Finding records, and finding those that are there twice.
  static func finding(
    _ database: Database, clock: any Clock, jobs: Jobs, catalogues: Catalogues
  ) -> (Searches, Duplicates) {
    (
      Searches(database, clock: clock, jobs: jobs, catalogues: catalogues, sources: searchSources(catalogues)),
      Duplicates(database, clock: clock, jobs: jobs, catalogues: catalogues, sources: parties)
    )
  }

  static func merging(_ changes: RecordChanges, _ catalogues: Catalogues) -> Merges {
    Merges(changes, catalogues: catalogues, sources: parties, parts: mergeParts)
  }

  /// What every owner of tables does when two records become one.
  package static let mergeParts = MergeParts(
    [Customers.mergePart, Purchases.mergePart, CostDrivers.mergePart] + Observations.mergeParts
      + Relationships.mergeParts
      + PortfolioMerge.parts
      + Contacts.mergeParts + Interactions.mergeParts + Consents.mergeParts + WebForms.mergeParts
      + [Actor.Noun.customer, .contact].flatMap { noun in
        [
          Tasks.mergePart(of: noun), Attachments.mergePart(of: noun), Tags.mergePart(of: noun),
          CustomFields.mergePart(of: noun),
        ]
      } + [MergePart.staying("frozen groups", of: .customer, tables: ["frozen_member"])])
}
