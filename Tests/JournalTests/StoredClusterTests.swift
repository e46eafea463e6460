import ClusterState
import JSON
import KubernetesModel
import Logging
import Testing

@testable import Journal

@Suite("A cluster kept in a folder")
struct StoredClusterTests {
    private static let now = Timestamp(seconds: 1_767_225_600)
    private let folder: TestFolder
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws { folder = try TestFolder() }

    private func open(journalBytesMin: Int = 16 << 20) throws -> StoredCluster {
        var settings = JournalSettings()
        settings.journalBytesMin = journalBytesMin
        return try StoredCluster(folder: folder.path, settings: settings, now: { Self.now }, logger: logger) {
            ClusterState(now: Self.now, seed: 3)
        }
    }

    /// Opens the folder, runs `body`, and closes it.
    private func use<Value: Sendable>(
        journalBytesMin: Int = 16 << 20, _ body: @Sendable (ClusterStore) async throws -> Value
    ) async throws -> Value {
        let cluster = try open(journalBytesMin: journalBytesMin)
        let running = Task { try await cluster.run() }
        let value = try await body(cluster.store)
        running.cancel()
        try await running.value
        return value
    }

    private static func create(_ name: String) -> APIRequest {
        APIRequest(
            .create, resource: "configmaps", namespace: "default",
            body: ["metadata": ["name": .string(name)], "data": ["text": .string(String(repeating: name, count: 20))]])
    }

    private static let list = APIRequest(.list, resource: "configmaps", namespace: "default")

    @Test(arguments: [16 << 20, 20_000]) func `is there again`(journalBytesMin: Int) async throws {
        let before = try await use(journalBytesMin: journalBytesMin) { store in
            await withTaskGroup(of: Int.self) { group in
                for number in 0..<400 { group.addTask { await store.answer(Self.create("c\(number)")).code } }
                for await code in group { #expect(code == 201) }
            }
            return await store.answer(Self.list).document
        }
        let after = try await use { await $0.answer(Self.list).document }
        #expect(after == before)
        #expect(after["items"]?.arrayValue?.count == 400)
    }

    @Test func `versions and uids go on after it is opened again`() async throws {
        let first = try await use { KubernetesObject(await $0.answer(Self.create("a")).document) }
        let second = try await use { KubernetesObject(await $0.answer(Self.create("b")).document) }
        #expect((UInt64(second.resourceVersion) ?? 0) == (UInt64(first.resourceVersion) ?? 0) + 1)
        #expect(second.uid != first.uid)
    }
}
