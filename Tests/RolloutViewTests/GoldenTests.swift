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
    ]

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
