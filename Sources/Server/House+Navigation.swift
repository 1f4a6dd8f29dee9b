import Conditions
import Customers
import Kernel
import Portfolio
import Records
import Web

/// The drawing of the product: what people do all day, the chain, the conditions under it.
extension House {
  static func navigation(assetVersion: String) -> Navigation {
    let later = "nothing known yet"
    return Navigation(
      [
        NavigationEntry("Today", TodayRoutes.path, icon: "sun", group: .daily, key: "t"),
        NavigationEntry("Chain", "/", icon: "link", group: .daily, key: "h"),
        NavigationEntry("Customers", "/customers", icon: "users", group: .daily, key: "c"),
        NavigationEntry("Contacts", ContactRoutes.path, icon: "address-book", group: .daily),
        NavigationEntry("Interactions", InteractionRoutes.path, icon: "messages", group: .daily),
        NavigationEntry("Tasks", TaskRoutes.path, icon: "checkbox", group: .daily, key: "k"),
        NavigationEntry("Observations", ObservationRoutes.path, icon: "eye", group: .daily, key: "o"),
        NavigationEntry("Consents", ConsentRoutes.path, icon: "shield-check", group: .daily),
        NavigationEntry("Imports", "/imports", icon: "upload", group: .daily, key: "i"),
        NavigationEntry("Decisions", "/decisions", icon: "gavel", group: .daily, key: "d"),
        NavigationEntry(
          "Portfolio", "/portfolio/concentration", icon: "chart-pie", group: .stage, key: "p",
          pages: portfolio),
        NavigationEntry("Intimacy", nil, icon: "heart-handshake", group: .stage, state: later),
        NavigationEntry("Network", nil, icon: "share", group: .stage, state: later),
        NavigationEntry("Proposition", nil, icon: "gift", group: .stage, state: later),
        NavigationEntry("Lifecycle", nil, icon: "refresh", group: .stage, state: later),
        NavigationEntry("Leadership", nil, icon: "flag", group: .condition, state: later),
        NavigationEntry(
          "Processes", RuleRoutes.path, icon: "route", group: .condition,
          pages: [NavigationEntry("Rules", RuleRoutes.path, icon: "bolt", group: .condition)]),
        NavigationEntry("People", "/users", icon: "user-circle", group: .condition, pages: people),
        NavigationEntry("Data", "/imports", icon: "database", group: .condition, pages: keeping),
        NavigationEntry("Your account", "/account", icon: "user-cog", group: .settings),
        NavigationEntry("Company", "/company", icon: "building", group: .settings),
        NavigationEntry("Exports", ExportRoutes.path, icon: "download", group: .settings),
        NavigationEntry("Jobs", "/jobs", icon: "progress", group: .settings),
        NavigationEntry("Acts on many", BulkRoutes.path, icon: "checkbox", group: .settings),
        NavigationEntry("Fields", "/fields", icon: "forms", group: .settings),
        NavigationEntry("Views", "/views", icon: "bookmarks", group: .settings),
        NavigationEntry("Duplicates", DuplicateRoutes.path, icon: "users", group: .settings),
        NavigationEntry("Bin", "/bin", icon: "trash", group: .settings),
        NavigationEntry("Webhooks", WebhookRoutes.path, icon: "webhook", group: .settings),
        NavigationEntry("Forms", WebFormRoutes.path, icon: "forms", group: .settings),
        NavigationEntry("Changes", ChangeRoutes.path, icon: "history", group: .settings),
        NavigationEntry("API", APIPage.path, icon: "api", group: .settings),
        NavigationEntry("Audit", "/audit", icon: "shield-check", group: .settings),
      ], searchPath: SearchRoutes.path, searchAPI: "/api/v1" + SearchRoutes.path, assetVersion: assetVersion)
  }

  /// Who works here, together with whom, what each may do, and how they get in.
  private static var people: [NavigationEntry] {
    func page(_ title: String, _ path: String, _ icon: String) -> NavigationEntry {
      NavigationEntry(title, path, icon: icon, group: .condition)
    }
    return [
      page("People", "/users", "user-circle"), page("Teams", "/teams", "users"),
      page("Roles", "/roles", "shield-check"),
      page("Invitations", "/invitations", "user-plus"), page("Access", "/access", "lock"),
      page("Keys", "/keys/all", "key"),
    ]
  }

  /// How the company's data is kept.
  private static var keeping: [NavigationEntry] {
    [
      NavigationEntry("Imports", "/imports", icon: "upload", group: .condition),
      NavigationEntry("Keeping", "/backups", icon: "device-floppy", group: .condition),
      NavigationEntry("Privacy", PrivacyRoutes.path, icon: "shield-lock", group: .condition),
      NavigationEntry("Retention", "/retention", icon: "hourglass", group: .condition),
    ]
  }

  /// The pages of the first stage, by the question they answer.
  private static var portfolio: [NavigationEntry] {
    func page(_ title: String, _ path: String, _ icon: String) -> NavigationEntry {
      NavigationEntry(title, path, icon: icon, group: .stage)
    }
    func group(_ title: String, _ icon: String, _ pages: [NavigationEntry]) -> NavigationEntry {
      NavigationEntry(title, pages.first?.path, icon: icon, group: .stage, pages: pages)
    }
    return [
      group(
        "Who matters", "star",
        [
          page("Concentration", ConcentrationRoutes.path, "chart-pie"),
          page("Significant customers", SignificantRoutes.path, "star"),
          page("Segments", SegmentRoutes.path, "chart-pie"), page("Matrices", MatrixRoutes.path, "grid-dots"),
          page("Fixed cost", FixedCostRoutes.path, "building-factory"),
        ]),
      group(
        "What they are worth", "coins",
        [
          page("Contribution", ContributionRoutes.path, "coins"), page("Capacity", CapacityRoutes.path, "users"),
          page("Lifetime value", LifetimeValueRoutes.path, "hourglass"),
          page("Customer equity", EquityRoutes.path, "chart-line"), page("Forecast", ForecastRoutes.path, "chart-line"),
        ]),
      group(
        "What to do", "route",
        [
          page("Strategies", PortfolioRoutes.path, "route"), page("Assignments", AssignmentRoutes.path, "list"),
          page("Endings", EndingRoutes.path, "gavel"), page("Treatment", TreatmentRoutes.path, "heart-handshake"),
        ]),
      group(
        "On record", "history",
        [
          page("Versions", VersionRoutes.path, "history"),
          page("Saved scenarios", SavedScenarioRoutes.path, "bookmarks"),
        ]),
      page("Assumptions", AssumptionRoutes.path, "adjustments"),
    ]
  }
}
