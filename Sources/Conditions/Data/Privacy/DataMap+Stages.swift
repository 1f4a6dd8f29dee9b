import Kernel
import Store

extension DataMap {
  /// What was decided and judged about customers.
  static var stages: [Table] { decisions + portfolio + segments }

  private static var decisions: [Table] {
    [
      table(
        "decision", .decisions,
        technical: """
          id analysis figure_id figure facts_revision title options choice reason due_day review_day expected unit \
          cost_minor created_at version
          """.joinedLines,
        pseudonymous: "owner_id", personal: "owner_name", acts: true,
        rules: [Rule(.user, .overwrite("owner_name = \(formerUser)")) { "owner_id = \($0)" }],
        mentions: [Mention(column: "title", act: .tell), Mention(column: "reason", act: .tell)]),
      table(
        "decision_review", .decisions, technical: "decision_id actual note figure at", acts: true,
        mentions: [Mention(column: "note", act: .tell)]),
      table("decision_withdrawal", .decisions, technical: "decision_id reason at", acts: true),
      table("frozen_group", .decisions, technical: "id kind name customers digest"),
      table(
        "frozen_member", .decisions, technical: "group_id", pseudonymous: "customer_id",
        rules: [Rule(.customer, .keep) { "customer_id = \($0)" }]),
      table(
        "forecast", .decisions,
        technical: """
          id decision_id measure group_id value low high cover unit first_day last_day as_of_day facts_revision method \
          explanation grade settings created_at
          """.joinedLines, acts: true),
      table(
        "judgement", .decisions,
        technical: """
          id forecast_id forecast actual error relative_error is_inside data_until_day is_complete facts_revision at
          """.joinedLines),
    ]
  }

  private static var portfolio: [Table] {
    let named: Statement = "customer_name = \(erasedPerson), external_id = NULL, reason = ''"
    return [
      table("assumption", .settings, technical: "name since_day id value at", acts: true),
      table(
        "capacity_pool", .settings,
        technical: "id name since_day activities paid_minutes practical_share cost_minor at", acts: true),
      table(
        "significance_verdict", .decisions, technical: "kind id answer at", pseudonymous: "customer_id",
        personal: "reason", acts: true,
        rules: [Rule(.customer, .overwrite("reason = ''")) { "customer_id = \($0)" }]),
      table(
        "strategy_override", .decisions, technical: "id source_id strategy ruled checked_holds at",
        pseudonymous: "customer_id", personal: "external_id customer_name reason", acts: true,
        rules: [Rule(.customer, .overwrite(named)) { "customer_id = \($0)" }]),
      table("strategy_override_withdrawal", .decisions, technical: "override_id at", acts: true),
      table(
        "ending_verdict", .decisions, technical: "id source_id answer checked_holds at", pseudonymous: "customer_id",
        personal: "external_id customer_name reason", acts: true,
        rules: [Rule(.customer, .overwrite(named)) { "customer_id = \($0)" }]),
      table("ending_verdict_withdrawal", .decisions, technical: "verdict_id at", acts: true),
      table(
        "portfolio_version", .decisions,
        technical: """
          id month_day as_of_day first_day last_day facts_revision currency model parameters question tests customers \
          counts contribution_minor value note at
          """.joinedLines, acts: true),
      table(
        "portfolio_version_row", .decisions,
        technical: """
          version_id segment strategy proposed ruled heading runner_up distance turns_on between_strategies missing \
          not_known worth_minor kinds sales_minor contribution_minor grade value value_low value_high percentile basis \
          ceiling overruled ending answers
          """.joinedLines,
        pseudonymous: "customer_id", personal: "external_id name",
        rules: [
          Rule(.customer, .overwrite("external_id = '', name = \(erasedPerson)")) { "customer_id = \($0)" }
        ]),
      table(
        "rating", .decisions, technical: "item id value at", pseudonymous: "customer_id", acts: true,
        rules: [Rule(.customer, .keep) { "customer_id = \($0)" }]),
      table(
        "saved_scenario", .settings, technical: "id subject name folded settings at", acts: true),
    ]
  }

  private static var segments: [Table] {
    [
      table("segmentation", .decisions, technical: "id name method created_at", acts: true),
      table("segment", .decisions, technical: "id segmentation_id created_at"),
      table("segment_version", .decisions, technical: "segment_id id name place rule at", acts: true),
      table("segment_act", .decisions, technical: "segmentation_id id segment_id act note at", acts: true),
      table("segment_rating", .decisions, technical: "segment_id id item value at", acts: true),
      table(
        "treatment_rule", .decisions,
        technical: "id kind segment_id needs_owner response_minutes review_days ceiling_share taken_back at",
        pseudonymous: "owner_id", personal: "owner_name", acts: true,
        rules: [Rule(.user, .overwrite("owner_name = \(formerUser)")) { "owner_id = \($0)" }]),
    ]
  }
}
