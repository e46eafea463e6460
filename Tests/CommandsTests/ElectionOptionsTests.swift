import ArgumentParser
import ControllerRuntime
import KubernetesModel
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
        #expect((try ElectionOptions.parse(arguments).rules() != nil) == isElecting)
    }

    @Test("name the instance at the end of the Lease, unless the Lease is named") func instance() throws {
        func lease(_ arguments: [String], _ instance: String?) throws -> String? {
            try ElectionOptions.parse(arguments).rules(instanceID: instance)?.prototype.lease.name
        }
        #expect(try lease([], nil) == "argo-rollouts-controller-lock")
        #expect(try lease([], "blue") == "argo-rollouts-controller-lock-blue")
        #expect(try lease(["--leader-election-id", "own"], "blue") == "own")
    }

    @Test("want a value that says something", arguments: [["--leader-elect"], ["--leader-elect=maybe"]])
    func refuses(arguments: [String]) {
        #expect(throws: (any Error).self) { try ElectionOptions.parse(arguments) }
    }
}
