"use client";

import dynamic from "next/dynamic";

/** The picture, loaded only by pages that have something to draw. */
export const LazyIcicle = dynamic(() => import("./icicle").then(({ Icicle }) => Icicle));
