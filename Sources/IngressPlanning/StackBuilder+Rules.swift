import ELBModel
import KubernetesModel

extension StackBuilder {
    /// The rules of one listener with priorities 1, 2, 3…: rules as written, paths in the order of `PathPatterns`.
    mutating func rules(port: Int, protocol kind: TrafficProtocol) throws(BuildProblem) -> [DesiredRule] {
        var drafts: [RuleDraft] = []
        for rule in view.rules {
            for path in PathPatterns.sorted(rule.paths) {
                let extra = try conditionAnnotation(path.backend.service)
                drafts.append(
                    RuleDraft(
                        others: extra.others, hosts: (rule.host.map { [$0] } ?? []) + extra.hosts,
                        paths: try PathPatterns.patterns(of: path) + extra.paths,
                        action: try action(for: path.backend, place: "\(path.place)")))
            }
        }
        let kept = RuleOptimizer(port: port, protocol: kind).optimize(drafts)
        let userTags = try annotations.map("tags") ?? [:]
        return kept.enumerated().map { index, draft in
            DesiredRule(
                priority: index + 1, conditions: draft.conditions, action: draft.action,
                tags: tags(userTags, resource: "\(port):\(index + 1)"))
        }
    }

    private func conditionAnnotation(_ service: String) throws(BuildProblem) -> ConditionAnnotation {
        guard let entry = annotations.entry("conditions.\(service)") else { return ConditionAnnotation() }
        return try ConditionAnnotation(parsing: entry)
    }
}

/// A rule before it has a number.
struct RuleDraft: Equatable {
    /// Header, method, query and source conditions.
    var others: [RuleCondition]
    var hosts: [String]
    var paths: [String]
    var action: DesiredAction

    /// The others first, then host, then path; a rule without any matches every path.
    var conditions: [RuleCondition] {
        var all = others
        if !hosts.isEmpty { all.append(.hostHeader(hosts)) }
        if !paths.isEmpty { all.append(.pathPattern(paths)) }
        return all.isEmpty ? [.pathPattern(["/*"])] : all
    }
}

/// Leaves out rules that could only loop or never match. Source: the peer's rule optimizer.
struct RuleOptimizer {
    var port: Int
    var `protocol`: TrafficProtocol

    /// Drops redirects to the very request they match, and rules behind a redirect that already takes all they match.
    func optimize(_ rules: [RuleDraft]) -> [RuleDraft] {
        var kept: [RuleDraft] = []
        for rule in rules {
            if case .redirect(let redirect) = rule.action, isLoop(redirect, of: rule) { continue }
            if kept.contains(where: { covers($0, rule) }) { continue }
            kept.append(rule)
        }
        return kept
    }

    private func isLoop(_ redirect: Redirect, of rule: RuleDraft) -> Bool {
        let sameHost = redirect.host.map { $0 == "#{host}" || rule.hosts.contains($0) } ?? true
        let samePath = redirect.path.map { $0 == "/#{path}" || rule.paths.contains($0) } ?? true
        let samePort = redirect.port.map { $0 == "#{port}" || $0 == "\(port)" } ?? true
        let sameProtocol = redirect.protocol.map { $0 == "#{protocol}" || $0 == self.protocol.rawValue } ?? true
        let sameQuery = redirect.query.map { $0 == "#{query}" } ?? true
        return sameHost && samePath && samePort && sameProtocol && sameQuery
    }

    private func covers(_ first: RuleDraft, _ later: RuleDraft) -> Bool {
        guard case .redirect = first.action, first.others.isEmpty else { return false }
        let coversHost = first.hosts.isEmpty || (!later.hosts.isEmpty && Set(first.hosts).isSuperset(of: later.hosts))
        let coversPath =
            first.paths.isEmpty || first.paths.contains("/*")
            || (!later.paths.isEmpty && Set(first.paths).isSuperset(of: later.paths))
        return coversHost && coversPath
    }
}
