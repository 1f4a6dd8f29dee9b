import Conditions
import Customers
import Kernel
import Portfolio
import Records
import Store
import Web

/// Every collection of the product over one store: what pages, the API and the command line all go through.
package struct Modules: Sendable {
  package let database: Database
  package let clock: any Clock
  package let jobs: Jobs
  package let companies: Companies
  package let rights: Rights
  package let users: Users
  package let sessions: Sessions
  package let secondFactors: SecondFactors
  package let passwordResets: PasswordResets
  package let invitations: Invitations
  package let keys: APIKeys
  package let roles: Roles
  package let teams: Teams
  package let customers: Customers
  package let catalogues: Catalogues
  package let customFields: CustomFields
  package let desk: RecordDesk
  package let purchases: Purchases
  package let drivers: CostDrivers
  package let observations: Observations
  package let tasks: Tasks
  package let contacts: Contacts
  package let interactions: Interactions
  package let consents: Consents
  package let ledgers: PurchaseLedgers
  package let feeds: Feeds
  package let imports: Imports
  package let importDrafts: ImportDrafts
  package let exports: Exports
  package let decisions: Decisions
  package let judging: Judging
  package let concentrations: Concentrations
  package let assumptions: Assumptions
  package let capacities: Capacities
  package let verdicts: Verdicts
  package let overrides: Overrides
  package let endings: Endings
  package let equities: CustomerEquities
  package let contributions: Contributions
  package let equityHistories: EquityHistories
  package let portfolios: Portfolios
  package let outlooks: CustomerOutlooks
  package let versions: Versions
  package let segments: Segments
  package let forecasts: SalesForecasts
  package let treatments: Treatments
  package let ratings: Ratings
  package let matrices: Matrices
  package let duplicates: Duplicates
  package let searches: Searches

  package var fixedCosts: FixedCosts { FixedCosts(portfolios) }
  package var savedScenarios: SavedScenarios { SavedScenarios(database, clock: clock) }
  package var guides: Guides { Guides(database, clock: clock) }
  package var histories: RecordHistories { RecordHistories(desk.changes, catalogues: catalogues) }
  package var merges: Merges { Modules.merging(desk.changes, catalogues) }

  package init(_ database: Database, clock: any Clock = SystemClock()) {
    self.database = database
    self.clock = clock
    jobs = Jobs(database, clock: clock)
    companies = Companies(database, clock: clock)
    rights = Rights()
    users = Users(database, clock: clock, rights: rights)
    (roles, teams) = (Roles(database, clock: clock), Teams(database, clock: clock))
    sessions = Sessions(database, clock: clock, rights: rights)
    secondFactors = SecondFactors(database, clock: clock, throttle: sessions.throttle)
    passwordResets = PasswordResets(database, clock: clock)
    invitations = Invitations(database, clock: clock)
    keys = APIKeys(database, clock: clock, rights: rights)
    customers = Customers(database, clock: clock)
    customFields = CustomFields(database, clock: clock) { try Companies.current(in: $0)?.currency ?? .euro }
    catalogues = Modules.catalogues(customers, database, clock: clock)
    desk = Modules.desk(database, clock, jobs, catalogues, customFields, users)
    purchases = Purchases(database)
    drivers = CostDrivers(database)
    observations = Observations(database, clock: clock)
    tasks = Tasks(database, clock: clock, records: catalogues, notify: Modules.notify)
    (contacts, interactions) = (Contacts(database, clock: clock), Interactions(database, clock: clock))
    consents = Consents(database, clock: clock)
    ledgers = PurchaseLedgers(database)
    (feeds, importDrafts) = (Feeds(database, clock: clock), ImportDrafts(database, clock: clock))
    imports = Imports(database, clock: clock, jobs: jobs, folder: database.place.folder)
    exports = Modules.exports(database, clock: clock, jobs: jobs, desk: desk, companies: companies)
    decisions = Decisions(database, clock: clock)
    concentrations = Concentrations(ledgers, companies: companies)
    (assumptions, capacities) = (Assumptions(database, clock: clock), Capacities(database, clock: clock))
    (verdicts, overrides) = (Verdicts(database, clock: clock), Overrides(database, clock: clock))
    endings = Endings(database, clock: clock)
    contributions = Contributions(
      purchases, drivers: drivers, ledgers: ledgers, companies: companies, customers: customers)
    equities = CustomerEquities(
      ledgers, companies: companies, contributions: contributions, customers: customers)
    equityHistories = EquityHistories(
      equities, contributions: contributions, ledgers: ledgers, customers: customers)
    judging = Judging(
      database, clock: clock, ledgers: ledgers, companies: companies,
      contribution: Modules.contributionReader(contributions))
    outlooks = CustomerOutlooks(equities, ledgers: ledgers)
    segments = Segments(
      database, clock: clock, contributions: contributions, equities: equities, assumptions: assumptions,
      drivers: drivers, ledgers: ledgers, observations: observations, customers: customers, companies: companies)
    portfolios = Portfolios(
      contributions: contributions, equities: equities, assumptions: assumptions, verdicts: verdicts,
      overrides: overrides, endings: endings, ledgers: ledgers, purchases: purchases, observations: observations,
      customers: customers, companies: companies, segments: segments)
    versions = Versions(database, clock: clock, jobs: jobs, portfolios: portfolios, customers: customers)
    forecasts = SalesForecasts(segments)
    treatments = Treatments(database, clock: clock, portfolios: portfolios, segments: segments)
    ratings = Ratings(database, clock: clock, customers: customers, observations: observations)
    matrices = Matrices(portfolios, ratings: ratings, drivers: drivers)
    (searches, duplicates) = Modules.finding(database, clock: clock, jobs: jobs, catalogues: catalogues)
  }

  /// Lists that go out as files, which lie beside the store.
  private static func exports(
    _ database: Database, clock: any Clock, jobs: Jobs, desk: RecordDesk, companies: Companies
  ) -> Exports {
    Exports(
      database, clock: clock, jobs: jobs, catalogues: desk.catalogues, lists: desk.lists, companies: companies,
      folder: "\(database.place.folder)/\(database.place.name)-exports")
  }

  /// What the lists of every noun share.
  private static func desk(
    _ database: Database, _ clock: any Clock, _ jobs: Jobs, _ catalogues: Catalogues, _ customFields: CustomFields,
    _ users: Users
  ) -> RecordDesk {
    let changes = RecordChanges(database, clock: clock, customFields: customFields)
    return RecordDesk(
      lists: RecordLists(database, customFields: customFields), changes: changes,
      views: SavedViews(database, clock: clock),
      bulks: BulkRuns(changes, jobs: jobs, catalogues: catalogues) { job in
        try await users.actor(behind: job)
      }, catalogues: catalogues)
  }
}
