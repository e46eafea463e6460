import FoundationEssentials
import Testing

/// Every story in virtual time, compared with what it was: `UPDATE_GOLDEN=1` rewrites the files.
@Suite("Stories") struct StoryTests {
    static let all: [Story] =
        Stories.canary + Stories.canaryVerbs + Stories.basic + Stories.blueGreen + Stories.faults
        + Stories.pingPong + Stories.headerRoutes + Stories.liveRouting
        + Stories.metadata + Stories.workload + Stories.strategy

    @Test("go as they did, lose no request and come to rest", arguments: all)
    func golden(_ story: Story) throws {
        let cluster = story.tell()
        #expect(cluster.violations == [])
        let text = cluster.readableTrace.joined(separator: "\n") + "\n"
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        let file = folder.appending(path: "\(story.fileName).txt")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            return
        }
        let golden = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        #expect(text == golden, "run with UPDATE_GOLDEN=1 and explain the difference")
    }

    @Test("have names of their own, and no file is left over") func names() throws {
        let names = Self.all.map(\.fileName)
        #expect(Set(names).count == names.count)
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        for family in Set(names.map { String($0.prefix { $0 != "/" }) }).sorted() {
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: family).path())
            for file in files.sorted() {
                #expect(names.contains("\(family)/\(file.replacing(".txt", with: ""))"), "\(family)/\(file)")
            }
        }
    }
}

/// The stories, by family; each family has a file of its own.
enum Stories {}
