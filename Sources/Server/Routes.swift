import Conditions
import Customers
import Kernel
import Portfolio
import Records
import Store
import Views
import Web

extension House {
  /// The contents page of the product.
  static func routes(
    _ modules: Modules, sessions: Sessions, cookies: CookieJar, links: HandedLinks, outlets: Outlets,
    forms: WebFormRoutes, stopping: Stopping
  ) -> [Route] {
    var routes: [Route] = []
    // What people do all day
    routes +=
      ChainRoutes(
        concentrations: modules.concentrations, decisions: modules.decisions, imports: modules.imports,
        customers: modules.customers, guides: modules.guides
      ).routes
    routes += records(modules) + day(modules)
    routes +=
      CustomerRoutes(
        modules.customers, consents: modules.consents, record: modules.recordParts, parts: customerParts(modules)
      ).routes
    routes += ObservationRoutes(modules.observations, customers: modules.customers).routes
    routes += RelationshipRoutes(modules.relationships, customers: modules.customers).routes
    routes += people(modules)
    routes += DecisionRoutes(modules.deciding, users: modules.users).routes
    // 1 Portfolio
    routes +=
      ConcentrationRoutes(
        modules.concentrations, customers: modules.customers, decisions: modules.decisions
      ).routes
    routes += value(modules).routes + contribution(modules).routes
    routes += equity(modules).routes
    routes += PortfolioRoutes(modules.portfolios, customers: modules.customers, decisions: modules.decisions).routes
    routes += SignificantRoutes(modules.portfolios, customers: modules.customers).routes
    routes += decided(modules)
    routes += AssumptionRoutes(modules.assumptions).routes
    routes +=
      CapacityRoutes(
        modules.capacities, contributions: modules.contributions, assumptions: modules.assumptions
      ).routes
    routes += SegmentRoutes(modules.segments, forecasts: modules.forecasts, customers: modules.customers).routes
    routes += ForecastRoutes(modules.forecasts).routes
    routes +=
      TreatmentRoutes(
        modules.treatments, segments: modules.segments, customers: modules.customers, users: modules.users
      ).routes
    routes += matrices(modules)
    routes.append(overview(modules))
    // Data
    routes += imports(modules)
    routes += work(modules)
    routes += modules.programs.routes(outlets: outlets, forms: forms)
    routes += RuleRoutes(modules.rules).routes
    // People
    routes += accounts(modules, sessions: sessions, cookies: cookies, links: links)
    routes += UserRoutes(modules.users, roles: modules.roles, teams: modules.teams).routes
    routes += TeamRoutes(modules.teams, users: modules.users).routes
    routes += RoleRoutes(modules.roles, users: modules.users, known: modules.ruledFields).routes
    routes += CompanyRoutes(modules.companies).routes
    routes += HealthRoutes(database: modules.database, stopping: stopping).routes + keeping(modules)
    routes.append(MethodsPage.route)
    return finished(routes, modules)
  }

  /// What comes in as files.
  private static func imports(_ modules: Modules) -> [Route] {
    ImportRoutes(
      modules.imports, feeds: modules.feeds, drafts: modules.importDrafts, companies: modules.companies
    ).routes
      + ImportDraftRoutes(
        modules.imports, drafts: modules.importDrafts, feeds: modules.feeds, companies: modules.companies,
        customers: modules.customers, duplicates: modules.duplicates
      ).routes
  }

  /// What is done in the background, and what was done.
  private static func work(_ modules: Modules) -> [Route] {
    ExportRoutes(modules.exports).routes + JobRoutes(modules.jobs, outcome: JobPlaces.path).routes
  }

  /// How people come in and stay.
  private static func accounts(
    _ modules: Modules, sessions: Sessions, cookies: CookieJar, links: HandedLinks
  ) -> [Route] {
    let guide = GuideRoutes(modules.guides)
    return SessionRoutes(sessions, cookies: cookies, firstPage: guide.firstPage).routes + guide.routes
      + InvitationRoutes(modules.invitations, sessions: sessions, cookies: cookies, links: links).routes
      + PasswordResetRoutes(modules.passwordResets, links: links).routes
      + SecondFactorRoutes(modules.secondFactors, cookies: cookies).routes
      + KeyRoutes(modules.keys, users: modules.users).routes
      + AccountRoutes(
        users: modules.users, sessions: sessions, factors: modules.secondFactors, keys: modules.keys,
        resets: modules.passwordResets, cookies: cookies
      ).routes
  }

  /// The day: tasks, what people are told, and what they hang on records.
  private static func day(_ modules: Modules) -> [Route] {
    TodayRoutes(modules.days).routes
      + TaskRoutes(modules.tasks, parts: modules.recordParts).routes
      + TagRoutes(modules.tags).routes + AttachmentRoutes(modules.attachments).routes
      + NotificationRoutes(modules.notifications).routes
  }

  /// The lists of every noun, and what they share.
  private static func records(_ modules: Modules) -> [Route] {
    func lists(_ catalogue: Catalogue) -> Catalogue { (try? modules.catalogues.of(catalogue.noun)) ?? catalogue }
    let tasks = RecordRoutes(
      lists(modules.tasks.catalogue), modules.desk, empty: TaskRoutes.empty, actions: TaskRoutes.actions)
    let customers = RecordRoutes(lists(modules.customers.catalogue), modules.desk, empty: CustomerRoutes.empty) {
      visit in
      visit.actor.may(.create, .customer)
        ? LinkButton("Add a customer", "/customers/new", weight: .primary, icon: "plus").html : HTML()
    }
    return customers.routes + tasks.routes + SavedViewRoutes(modules.desk).routes + BinRoutes(modules.bin).routes
      + BulkRoutes(modules.desk, jobs: modules.jobs).routes
      + CustomFieldRoutes(modules.customFields, modules.catalogues).routes
  }

  /// What keeps the company's data: proof, backups, privacy, clocks.
  private static func keeping(_ modules: Modules) -> [Route] {
    let privacy = PrivacyRoutes(
      modules.privacyRequests, exports: modules.personExports, erasures: modules.erasures)
    return AuditRoutes(modules.database, users: modules.users).routes + BackupRoutes(modules.backups).routes
      + privacy.routes + RetentionRoutes(modules.retentions).routes
  }

  /// The whole stage in one answer for programs; a person is sent to the board.
  private static func overview(_ modules: Modules) -> Route {
    Route(
      .get, "/portfolio", .may(.see, .analysis), "The whole first stage in one answer.",
      answer: .of(PortfolioOverview.self),
      inputs: [
        .init("scenario", "Settings of a name"), .init("window", "The days that count", choices: ["year", "all"]),
      ]
    ) { visit in
      guard visit.face == .json else { return .redirect(to: PortfolioRoutes.path) }
      let scenario = visit.query["scenario"].flatMap { $0.isEmpty ? nil : $0 }
      return .json(
        try await modules.portfolioReport(
          scenario: scenario, all: visit.query["window"] == "all", for: visit.actor))
    }
  }

  /// What people decide about a customer's strategy, and what is handed on.
  private static func decided(_ modules: Modules) -> [Route] {
    let assignments = AssignmentRoutes(
      modules.portfolios, customers: modules.customers, versions: modules.versions)
    return assignments.routes + OverrideRoutes(modules.overrides, assignments: assignments).routes
      + EndingRoutes(modules.endings, assignments: assignments).routes
      + VersionRoutes(modules.versions).routes
  }

  /// Portfolio matrices, ratings, fixed cost, and what was saved of them.
  private static func matrices(_ modules: Modules) -> [Route] {
    let comparing = ScenarioComparing(
      modules.savedScenarios, matrices: modules.matrices, fixedCosts: modules.fixedCosts)
    return MatrixRoutes(modules.matrices, customers: modules.customers).routes
      + RatingRoutes(modules.ratings, matrices: modules.matrices).routes
      + FixedCostRoutes(modules.fixedCosts, customers: modules.customers).routes
      + SavedScenarioRoutes(modules.savedScenarios, comparing: comparing, customers: modules.customers).routes
  }

  private static func value(_ modules: Modules) -> LifetimeValueRoutes {
    LifetimeValueRoutes(
      modules.equities, assumptions: modules.assumptions, customers: modules.customers, decisions: modules.decisions)
  }

  private static func equity(_ modules: Modules) -> EquityRoutes {
    EquityRoutes(modules.equityHistories, value: value(modules), segments: modules.segments)
  }

  private static func contribution(_ modules: Modules) -> ContributionRoutes {
    ContributionRoutes(
      modules.contributions, assumptions: modules.assumptions, customers: modules.customers, segments: modules.segments,
      decisions: modules.decisions)
  }

  /// What the runner can do.
  static func handlers(_ modules: Modules) -> [String: JobRunner.Handler] {
    [
      ImportJob.kind: ImportJob(modules.imports, companies: modules.companies).run,
      ExportJob.kind: ExportJob(modules.exports).run,
      Judging.kind: modules.judging.run,
      VersionJob.kind: VersionJob(modules.versions).run,
      BulkRuns.kind: modules.desk.bulks.run,
      Searches.rebuildKind: modules.searches.rebuildJob,
      Duplicates.jobKind: modules.duplicates.job,
      BackupJob.kind: BackupJob(modules.backups).run,
      BackupJob.drillKind: BackupJob(modules.backups).drill,
      PersonExports.kind: modules.personExports.run,
      Erasures.kind: modules.erasures.run,
      Retentions.kind: modules.retentions.run,
    ]
  }
}
