import ELBModel
import NIOCore
import RequestRouting

/// The workers of an event loop group, one per loop.
struct ProxyWorkers: Sendable {
    private let boxes: [(loop: any EventLoop, box: NIOLoopBoundBox<ProxyWorker>)]
    private let indices: [ObjectIdentifier: Int]

    init(group: any EventLoopGroup) {
        var boxes: [(loop: any EventLoop, box: NIOLoopBoundBox<ProxyWorker>)] = []
        var indices: [ObjectIdentifier: Int] = [:]
        for loop in group.makeIterator() {
            indices[ObjectIdentifier(loop)] = boxes.count
            boxes.append((loop, NIOLoopBoundBox.makeBoxSendingValue(ProxyWorker(eventLoop: loop), eventLoop: loop)))
        }
        self.boxes = boxes
        self.indices = indices
    }

    /// The worker of `loop`; must be called on it. `nil` when the loop is not of this group.
    func worker(on loop: any EventLoop) -> ProxyWorker? {
        indices[ObjectIdentifier(loop)].map { boxes[$0].box.value }
    }

    /// Runs `body` on every loop; returns at once.
    func forEach(_ body: @escaping @Sendable (ProxyWorker) -> Void) {
        for (loop, box) in boxes {
            loop.execute { body(box.value) }
        }
    }
}
