import ControllerRuntime
import JSON
import KubernetesModel
import Planning
import Testing

@Suite("Object cache") struct ObjectCacheTests {
    private func pod(_ name: String, version: Int, uid: String = "u") -> KubernetesObject {
        KubernetesObject([
            "metadata": [
                "name": .string(name), "namespace": "d", "uid": .string(uid),
                "resourceVersion": .string(String(version)),
            ]
        ])
    }

    @Test("never goes back to an older version") func monotonic() {
        var cache = ObjectCache()
        _ = cache.replace(.pod, with: ObjectList(items: [pod("a", version: 5)], resourceVersion: "7"))
        let seen1 = cache.apply(WatchEvent(.modified, pod("a", version: 4)), .pod)
        #expect(seen1 == nil)
        let seen2 = cache.apply(WatchEvent(.deleted, pod("a", version: 4)), .pod)
        #expect(seen2 == nil)
        #expect(cache.objects.object(.pod, ObjectKey(namespace: "d", name: "a"))?.resourceVersion == "5")
        let seen3 = cache.apply(WatchEvent(.modified, pod("a", version: 8)), .pod)
        #expect(seen3 != nil)
    }

    @Test("a list removes what it does not hold") func replacing() {
        var cache = ObjectCache()
        _ = cache.replace(
            .pod, with: ObjectList(items: [pod("a", version: 1), pod("b", version: 2)], resourceVersion: "2"))
        let changes = cache.replace(.pod, with: ObjectList(items: [pod("b", version: 2)], resourceVersion: "3"))
        #expect(changes.map(\.object?.name) == ["a"])
        #expect(changes.first?.after == nil)
    }

    @Test("knows how far each kind has come, bookmarks included") func progress() {
        var cache = ObjectCache()
        #expect(!cache.isSynced([.pod]))
        _ = cache.replace(.pod, with: ObjectList(items: [], resourceVersion: "10"))
        #expect(cache.isSynced([.pod]))
        #expect(cache.hasSeen(.pod, "10"))
        #expect(!cache.hasSeen(.pod, "11"))
        _ = cache.apply(WatchEvent(.bookmark, pod("", version: 12)), .pod)
        #expect(cache.hasSeen(.pod, "11"))
        #expect(!cache.hasSeen(.service, "1"))
    }

    @Test("a deletion is seen when the object is gone, marked, or another one") func deletion() {
        var cache = ObjectCache()
        _ = cache.replace(.pod, with: ObjectList(items: [pod("a", version: 1)], resourceVersion: "1"))
        let key = ObjectKey(namespace: "d", name: "a")
        let expectation = Expectation.deletion(.pod, key, uid: "u")
        #expect(!expectation.isMet(by: cache))
        _ = cache.apply(WatchEvent(.deleted, pod("a", version: 2)), .pod)
        #expect(expectation.isMet(by: cache))
        _ = cache.apply(WatchEvent(.added, pod("a", version: 3, uid: "v")), .pod)
        #expect(expectation.isMet(by: cache))
    }
}
