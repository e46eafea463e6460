import ArgumentParser
import Testing

@testable import Commands

@Suite("Election flags") struct ElectionOptionsTests {
    @Test(
        "switch the election off and on in both spellings",
        arguments: [
            (["--leader-elect=false"], false), (["--leader-elect", "false"], false), (["--leader-elect=true"], true),
            ([], true),
        ] as [([String], Bool)])
    func switches(arguments: [String], isElecting: Bool) throws {
        #expect((try ElectionOptions.parse(arguments).rules != nil) == isElecting)
    }

    @Test("want a value that says something", arguments: [["--leader-elect"], ["--leader-elect=maybe"]])
    func refuses(arguments: [String]) {
        #expect(throws: (any Error).self) { try ElectionOptions.parse(arguments) }
    }
}
