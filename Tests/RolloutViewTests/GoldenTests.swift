import FoundationEssentials
import JSON
import KubernetesModel
import RolloutView
import Testing

/// Texts as people see them, compared with what they were: `UPDATE_GOLDEN=1` rewrites the files.
@Suite("Golden texts") struct GoldenTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var text: @Sendable () -> String
        var testDescription: String { name }
    }

    static let samples: [Sample] = [
        Sample(name: "canary-paused") { tree(Fixtures.pausedCanary) },
        Sample(name: "canary-paused-coloured") { tree(Fixtures.pausedCanary, isColoured: true) },
        Sample(name: "canary-paused-wide") { tree(Fixtures.pausedCanary, isWide: true) },
        Sample(name: "blue-green-promoted") { tree(Fixtures.promotedBlueGreen) },
        Sample(name: "canary-paused-json") { RolloutInfo(Fixtures.pausedCanary).document.prettyText + "\n" },
        Sample(name: "list") {
            let families = [Fixtures.pausedCanary, Fixtures.promotedBlueGreen]
            var table = RolloutListTable(showsNamespace: true)
            let rows = families.map { table.row(RolloutInfo($0), now: Fixtures.now) }
            return table.lines([table.header] + rows).joined(separator: "\n") + "\n"
        },
        Sample(name: "why-paused") { why(Fixtures.pausedCanary, pausedFindings) },
        Sample(name: "why-paused-json") {
            explanation(Fixtures.pausedCanary, pausedFindings).document.prettyText + "\n"
        },
        Sample(name: "why-promoted") {
            let deadline = Fixtures.now.advanced(by: .seconds(27)).rfc3339
            return why(
                Fixtures.promotedBlueGreen,
                [.init(code: "ScaleDownDelayed", message: "ReplicaSet checkout-5f7c is kept.", waitingFor: deadline)])
        },
        Sample(name: "why-aborted-unseen") {
            var family = Fixtures.pausedCanary
            family.rollout.document.set(4, at: "metadata", "generation")
            family.rollout.document.set(true, at: "status", "abort")
            family.rollout.document.set(Fixtures.ago(130), at: "status", "abortedAt")
            family.pods = []
            let text = explanation(family, [], pending: ["patch ReplicaSet shop/checkout-6b9d"], notes: ["AWS"])
            return text.text(now: Fixtures.now, isColoured: true)
        },
        Sample(name: "why-pending") {
            var family = Fixtures.pausedCanary
            family.pods = ["a", "b", "c", "d"].map { suffix in
                var pod = Fixtures.pod("6b9d", suffix, age: 20, status: ["phase": "Pending"])
                pod.document.set(nil, at: "spec", "nodeName")
                return pod
            }
            return why(
                family,
                [
                    .init(
                        code: "StepWaits", message: "ReplicaSet checkout-6b9d has 0 available pods.",
                        waitingFor: "1 available pods of checkout-6b9d")
                ])
        },
        Sample(name: "plan") { Fixtures.forecast.text },
        Sample(name: "plan-json") { Fixtures.forecast.document.prettyText + "\n" },
        Sample(name: "timeline-svg") { Fixtures.timeline.svg },
        Sample(name: "timeline-html") {
            Fixtures.timeline.html(summary: ["Pods      at most 6 & no more"], entries: Fixtures.forecast.entries)
        },
    ]

    private static let pausedFindings: [Explanation.Finding] = [
        .init(code: "StepCompleted", message: "Step 1/4 is complete."),
        .init(code: "Paused", message: "The pause step has no duration.", waitingFor: "a promotion"),
        .init(
            code: "WeightUnconfirmed", message: "Weight 20 is asked for and not confirmed.",
            waitingFor: "rule 3 of listener 80 to say 20"),
    ]

    private static func explanation(
        _ family: RolloutFamily, _ findings: [Explanation.Finding], pending: [String] = [], notes: [String] = []
    ) -> Explanation {
        Explanation(family, findings: findings, pending: pending, notes: notes)
    }

    private static func why(_ family: RolloutFamily, _ findings: [Explanation.Finding]) -> String {
        explanation(family, findings).text(now: Fixtures.now, isColoured: false)
    }

    private static func tree(_ family: RolloutFamily, isColoured: Bool = false, isWide: Bool = false) -> String {
        RolloutTree(RolloutInfo(family), now: Fixtures.now, isWide: isWide).text(isColoured: isColoured)
    }

    @Test("a text is what it was", arguments: samples) func golden(_ sample: Sample) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        let file = folder.appending(path: "\(sample.name).txt")
        let text = sample.text()
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try Data(text.utf8).write(to: file)
        }
        let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        #expect(text == expected)
    }
}
